"""The actors that count votes anew, and the task that has votes gain weight."""

from datetime import timedelta
from uuid import UUID

from services.core.jobs.outbox import enqueue_once
from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now
from services.core.votes.ageing import age
from services.core.votes.jobs import AGE, RECOUNT
from services.core.votes.recount import recount
from services.core.votes.settings import VoteSettings
from services.worker.actor import Actor
from services.worker.broker import JobBroker
from services.worker.runtime import Runtime
from services.worker.scheduler import Periodic

AGE_EVERY = timedelta(hours=1)


async def recount_votes(runtime: Runtime, user_id: str) -> None:
    """Count all that this user has voted on, after a suspension or its end."""
    await recount(runtime.database, UUID(user_id))


async def age_votes(runtime: Runtime) -> None:
    """Give votes the weight that the age of their accounts has come to."""
    days = runtime.settings.of(VoteSettings).full_after_days
    await age(runtime.database, full_after_days=days, now=utc_now())


def periodic(_: Runtime, __: JobBroker) -> tuple[Periodic, ...]:
    """Ask for the ageing of votes."""

    async def ask(session: WriteSession) -> int:
        return int(await enqueue_once(session, AGE, delay=timedelta()) is not None)

    return (Periodic("votes.ask_for_ageing", AGE_EVERY, ask),)


ACTORS = (Actor(RECOUNT, recount_votes), Actor(AGE, age_votes))
