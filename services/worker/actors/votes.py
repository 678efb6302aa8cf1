"""The actor that counts votes anew."""

from uuid import UUID

from services.core.votes.jobs import RECOUNT
from services.core.votes.recount import recount
from services.worker.actor import Actor
from services.worker.runtime import Runtime


async def recount_votes(runtime: Runtime, user_id: str) -> None:
    """Count all that this user has voted on, after a suspension or its end."""
    await recount(runtime.database, UUID(user_id))


ACTORS = (Actor(RECOUNT, recount_votes),)
