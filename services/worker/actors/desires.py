"""The actors that embed and group desires, and the tasks that end them in time and look for what is not embedded."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.core.desires import posting, processing, recounting
from services.core.desires.jobs import PROCESS, RECOUNT_CLUSTERS, RECOUNT_USER, REEMBED
from services.core.kit.database import WriteSession
from services.worker.actor import Actor
from services.worker.broker import JobBroker
from services.worker.retries import TryLaterError
from services.worker.runtime import Runtime
from services.worker.scheduler import Periodic

EXPIRE_EVERY = timedelta(minutes=1)
REEMBED_EVERY = timedelta(minutes=1)


async def process(runtime: Runtime, desire_id: str) -> None:
    """Embed one desire and find its cluster; later, while others are being embedded anew."""
    try:
        await processing.process(runtime.database, runtime.matcher, desire_id)
    except processing.ReembeddingError as error:
        raise TryLaterError from error


async def reembed(runtime: Runtime) -> None:
    """Embed what has no vector of the present embedder."""
    await processing.reembed(runtime.database, runtime.matcher)


async def recount_user(runtime: Runtime, user_id: str) -> None:
    """Count the clusters anew that this user's suspension or its end concerns."""
    await recounting.recount_user(runtime.database, UUID(user_id))


async def recount_clusters(runtime: Runtime, cluster_ids: Sequence[str]) -> None:
    """Count these clusters anew, after the end of an account."""
    await recounting.recount(runtime.database, cluster_ids)


def periodic(runtime: Runtime, _: JobBroker) -> tuple[Periodic, ...]:
    """End what has expired; have embedded what is not, after a change of the embedder; drop the old vectors."""

    async def look(session: WriteSession) -> int:
        return await processing.ask_to_reembed(session, runtime.matcher)

    async def drop(session: WriteSession) -> int:
        return await processing.drop_old(session, runtime.matcher)

    return (
        Periodic("desires.expire", EXPIRE_EVERY, posting.expire),
        Periodic("desires.reembed", REEMBED_EVERY, look),
        Periodic("desires.drop_vectors", REEMBED_EVERY, drop),
    )


ACTORS = (
    Actor(PROCESS, process),
    Actor(REEMBED, reembed),
    Actor(RECOUNT_USER, recount_user),
    Actor(RECOUNT_CLUSTERS, recount_clusters),
)
