"""The actor that learns what a user likes."""

from uuid import UUID

from services.core.feed.jobs import UPDATE_TASTE
from services.core.feed.taste import rebuild
from services.worker.actor import Actor
from services.worker.runtime import Runtime


async def update_taste(runtime: Runtime, user_id: str) -> None:
    """Compute the taste of one user anew from their votes and events."""
    async with runtime.database.write() as session:
        await rebuild(session, UUID(user_id))


ACTORS = (Actor(UPDATE_TASTE, update_taste),)
