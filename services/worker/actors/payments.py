"""The actors that talk to the payment provider, and the sweeps that need no event to bring all up to date."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog

from services.core.jobs.outbox import enqueue_once
from services.core.kit.database import WriteSession
from services.core.kit.errors import FractafragError, UnavailableError
from services.core.kit.tables import utc_now
from services.core.payments import sweeps
from services.core.payments.jobs import FETCH, FETCH_UNDELIVERED, RECONCILE, SEND, TAKE_EVENT
from services.core.payments.models import PaymentCall, PaymentEvent, PaymentOrder
from services.core.payments.provider import LockedOutError
from services.core.payments.settings import PaymentSettings
from services.core.payments.taking import EarlyEventError
from services.worker.actor import Actor
from services.worker.broker import JobBroker
from services.worker.retries import TryLaterError
from services.worker.runtime import Runtime
from services.worker.scheduler import Periodic

RECONCILE_EVERY = timedelta(hours=1)
# While our key is not good nothing is sent; the queue waits, and is not worn out.
_LOCKED_OUT, _EARLY = 300.0, 30.0

log = structlog.get_logger("payments")


async def send(runtime: Runtime, call_id: str) -> None:
    """Send one call, or have it sent later."""
    try:
        await runtime.payments.money.sender.send(UUID(call_id))
    except UnavailableError as error:
        async with runtime.database.read() as session:
            call = await session.get(PaymentCall, UUID(call_id))
        _wait(error, call.created_at if call is not None else None)


async def take_event(runtime: Runtime, event_id: str) -> None:
    """Fetch what an event is about; later, when that is not in our rows yet."""
    try:
        await runtime.payments.money.taker.take(event_id)
    except EarlyEventError as error:
        raise TryLaterError(pause=_EARLY) from error
    except UnavailableError as error:
        async with runtime.database.read() as session:
            event = await session.get(PaymentEvent, event_id)
        _wait(error, event.received_at if event is not None else None)


def _wait(error: UnavailableError, since: datetime | None) -> None:
    """Have the job come again, unless sweeps do so by now: else an outage would fill the queue with more and more."""
    if since is None or since < utc_now() - sweeps.EVERY:
        log.warning("left_to_the_sweep", error=type(error).__name__)
        return
    if isinstance(error, LockedOutError):
        raise TryLaterError(pause=_LOCKED_OUT) from error
    raise error


async def fetch(runtime: Runtime, kind: str, object_id: str) -> None:
    """Bring one object up to date. When that does not work, the next sweep comes for it."""
    money = runtime.payments.money
    try:
        if kind != "order":
            await money.follower.follow(kind, object_id)
            return
        async with runtime.database.read() as session:
            order = await session.get(PaymentOrder, UUID(object_id))
        if order is not None:
            await money.pages.mend(order)
    except FractafragError as error:
        log.warning("not_fetched", kind=kind, object_id=object_id, error=type(error).__name__)


async def fetch_undelivered(runtime: Runtime) -> None:
    """Store the events that no endpoint took. When that does not work, the next turn does it."""
    try:
        await runtime.payments.money.taker.fetch_undelivered()
    except UnavailableError as error:
        log.warning("not_fetched", kind="event", error=type(error).__name__)


async def reconcile(runtime: Runtime) -> None:
    """Compare the ledger with the provider; later, when it does not answer."""
    await runtime.payments.money.reconciler.run()


def periodic(runtime: Runtime, _: JobBroker) -> tuple[Periodic, ...]:
    """Sweeps and the reconciliation, where money is taken."""
    settings = runtime.settings.of(PaymentSettings)
    if not settings.takes_money:
        return ()

    async def sweep(session: WriteSession) -> int:
        return await sweeps.sweep(session, settings)

    async def look(session: WriteSession) -> int:
        await enqueue_once(session, FETCH_UNDELIVERED, delay=timedelta())
        return 0

    async def compare(session: WriteSession) -> int:
        await enqueue_once(session, RECONCILE, delay=timedelta())
        return 0

    return (
        Periodic("payments.sweep", sweeps.EVERY, sweep),
        Periodic("payments.fetch_undelivered", sweeps.UNDELIVERED_EVERY, look),
        Periodic("payments.reconcile", RECONCILE_EVERY, compare),
    )


ACTORS = (
    Actor(SEND, send),
    Actor(TAKE_EVENT, take_event),
    Actor(FETCH, fetch),
    Actor(FETCH_UNDELIVERED, fetch_undelivered),
    Actor(RECONCILE, reconcile),
)
