"""The actors that learn what a user likes, and that take back what suspended users looked at."""

from datetime import timedelta
from uuid import UUID

from services.core.feed import intake
from services.core.feed.jobs import RECOUNT_LOOKS, UPDATE_AUTHORS_TASTE, UPDATE_TASTE
from services.core.feed.taste import rebuild, schedule_outdated
from services.worker.actor import Actor
from services.worker.broker import JobBroker
from services.worker.runtime import Runtime
from services.worker.scheduler import Periodic


async def update_taste(runtime: Runtime, user_id: str) -> None:
    """Compute the taste of one user anew from what they did."""
    async with runtime.database.write() as session:
        await rebuild(session, UUID(user_id))


async def update_authors_taste(runtime: Runtime, author_id: str) -> None:
    """The same for who has published something, which may be a fork."""
    await update_taste(runtime, author_id)


async def recount_looks(runtime: Runtime, user_id: str) -> None:
    """Take back, or add again, what the user added to the counts of all."""
    async with runtime.database.write() as session:
        await intake.recount(session, UUID(user_id))


def periodic(runtime: Runtime, broker: JobBroker) -> tuple[Periodic, ...]:
    """Learn the styles anew that are of another embedder."""
    return (Periodic("feed.outdated_styles", timedelta(minutes=1), schedule_outdated),)


ACTORS = (
    Actor(UPDATE_TASTE, update_taste),
    Actor(UPDATE_AUTHORS_TASTE, update_authors_taste),
    Actor(RECOUNT_LOOKS, recount_looks),
)
