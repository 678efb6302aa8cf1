"""The actors that move pledges, and the tasks that find those whose time has come."""

from datetime import timedelta
from uuid import UUID

from services.core.bounties import following, leaving, looking, releasing
from services.core.bounties.jobs import FOLLOW, LEAVE, LOOK, TICK
from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now
from services.core.payments.settings import PaymentSettings
from services.worker.actor import Actor
from services.worker.broker import JobBroker
from services.worker.runtime import Runtime
from services.worker.scheduler import Periodic

DUE_EVERY = timedelta(minutes=1)
ASTRAY_EVERY = timedelta(minutes=5)


async def look(runtime: Runtime, desire_id: str) -> None:
    """Bring the pledges on a desire in line with it."""
    await looking.look(runtime.database, _settings(runtime), desire_id, utc_now())


async def tick(runtime: Runtime, pledge_id: str) -> None:
    """Do what a pledge's time has come for. What money is sent by is fetched first, and never remembered."""
    await _fetch_first(runtime, UUID(pledge_id))
    await looking.tick(runtime.database, _settings(runtime), UUID(pledge_id), utc_now())


async def follow(runtime: Runtime, subject: str) -> None:
    """Bring a pledge in line with what the provider says."""
    await following.follow(runtime.database, _settings(runtime), subject, utc_now())


async def leave(runtime: Runtime, user_id: str) -> None:
    """Take back what a deleted account pledged."""
    await leaving.leave(runtime.database, _settings(runtime), UUID(user_id), utc_now())


def periodic(_: Runtime, __: JobBroker) -> tuple[Periodic, ...]:
    """Find pledges whose time has come, and those that are not in line with their desire."""

    async def due(session: WriteSession) -> int:
        return await looking.ask_for_due(session, utc_now())

    return (
        Periodic("bounties.due", DUE_EVERY, due),
        Periodic("bounties.astray", ASTRAY_EVERY, looking.ask_for_astray),
    )


async def _fetch_first(runtime: Runtime, pledge_id: UUID) -> None:
    if runtime.payments.opened is None:
        return
    async with runtime.database.read() as session:
        known = await releasing.to_fetch(session, pledge_id, utc_now())
    if known is not None and known.payment_id is not None:
        await runtime.payments.opened.follower.payment(known.payment_id)
    if known is not None and known.account_id is not None:
        await runtime.payments.opened.follower.recipient(known.account_id)


def _settings(runtime: Runtime) -> PaymentSettings:
    return runtime.settings.of(PaymentSettings)


ACTORS = (Actor(LOOK, look), Actor(TICK, tick), Actor(FOLLOW, follow), Actor(LEAVE, leave))
