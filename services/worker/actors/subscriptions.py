"""The actor that brings subscriptions up to date with the mirror."""

from services.core.subscriptions.jobs import SETTLE
from services.core.subscriptions.settling import settle, user_of
from services.worker.actor import Actor
from services.worker.runtime import Runtime


async def settle_user(runtime: Runtime, subject: str) -> None:
    """Look at the subscriptions of the user that `subject` is; pledges are others' to look at."""
    user_id = user_of(subject)
    if user_id is not None:
        async with runtime.database.write() as session:
            await settle(session, user_id)


ACTORS = (Actor(SETTLE, settle_user),)
