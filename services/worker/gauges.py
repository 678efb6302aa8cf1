"""What waits where, read when Prometheus asks.

`queue_depth` counts what Redis holds for a queue: `waiting` includes what workers have fetched and not finished, which
the length of the list alone would hide. A part that is down keeps its gauges at NaN, so that an alert can see it.
"""

import asyncio
import contextlib
import math
from dataclasses import asdict

from dramatiq.errors import ConnectionClosed
from prometheus_client import Gauge
from sqlalchemy import text

from services.contracts.bounties import PledgeState
from services.core.bounties import measuring as pledges
from services.core.bounties.repository import counts as count_pledges
from services.core.domains import ALL_JOBS
from services.core.jobs.dead_letters import count_open
from services.core.kit.database import Database
from services.core.kit.errors import UnavailableError
from services.core.mail.repository import oldest_waits
from services.core.payments import measuring
from services.worker.broker import JobBroker

DEPTH = Gauge("queue_depth", "Messages in Redis by queue; `waiting` includes those in flight.", ["queue", "state"])
OUTBOX = Gauge("outbox_rows", "Committed jobs that Redis does not have yet.", ["state"])
OLDEST = Gauge("outbox_oldest_seconds", "For how long the oldest due outbox row has waited.")
MAIL_OLDEST = Gauge("mail_oldest_seconds", "For how long the oldest mail that is not sent yet has waited.")
CALL_OLDEST = Gauge("payments_call_oldest_seconds", "For how long the oldest call to the provider has waited.")
EVENT_OLDEST = Gauge("payments_event_oldest_seconds", "For how long the oldest event of the provider has waited.")
REFUNDS_STUCK = Gauge("payments_refunds_stuck", "Refunds that have been on their way for more than two days.")
UNBOOKED = Gauge("payments_unbooked", "Movements of two days ago and more that have no line in the ledger.")
BOOKS = Gauge("payments_ledger", "Sums of the ledger in minor units, by account.", ["account", "currency"])
MISSING = Gauge("payments_missing", "By how much what is owed to people is more than what there is.", ["currency"])
DIFFERENCE = Gauge(
    "payments_balance_difference", "By how much ledger and provider differed, twice in a row.", ["currency"]
)
RECONCILED = Gauge("payments_reconciled_seconds", "How long ago ledger and provider were compared.", ["currency"])
PLEDGES = Gauge("pledges", "Pledges by state.", ["state"])
PLEDGES_OLDEST = Gauge("pledges_oldest_seconds", "For how long the pledge that moved first has stood there.", ["state"])
PLEDGES_LATE = Gauge(
    "pledges_late",
    "Pledges that have moved for a day, are held almost too long, whose artist is ready and unpaid, or that are stuck.",
    ["why"],
)
DEAD = Gauge("dead_letters", "Messages that failed for good and were not sent again.")

_OUTBOX = text(
    """
    SELECT count(*) FILTER (WHERE run_at <= now()) AS due, count(*) FILTER (WHERE run_at > now()) AS delayed,
           coalesce(extract(epoch FROM now() - min(run_at)), 0) AS oldest
    FROM outbox
    """
)


async def update_gauges(database: Database, broker: JobBroker) -> None:
    """Read everything anew."""
    for queue in sorted({job.queue for job in ALL_JOBS}):
        depth = {"waiting": math.nan, "delayed": math.nan}
        with contextlib.suppress(ConnectionClosed):
            depth = {name: float(count) for name, count in (await asyncio.to_thread(broker.depth, queue)).items()}
        for state, count in depth.items():
            DEPTH.labels(queue, state).set(count)
    await _count_pledges(database)
    values = [math.nan] * 5
    with contextlib.suppress(UnavailableError):
        async with database.read() as session:
            row = (await session.execute(_OUTBOX)).one()
            waits = await oldest_waits(session)
            values = [row.due, row.delayed, max(0.0, float(row.oldest)), await count_open(session), waits]
    gauges = (OUTBOX.labels("due"), OUTBOX.labels("delayed"), OLDEST, DEAD, MAIL_OLDEST)
    for gauge, value in zip(gauges, values, strict=True):
        gauge.set(value)
    await _update_payments(database)
    await _count_pledges(database)


async def _update_payments(database: Database) -> None:
    """Numbers of payments; NaN while the database is down."""
    values, books = [math.nan] * 4, None
    with contextlib.suppress(UnavailableError):
        async with database.read() as session:
            found = await measuring.waiting(session)
            values = [found.oldest_call, found.oldest_event, found.stuck_refunds, found.unbooked]
            books = await measuring.books(session)
            for why, count in asdict(await pledges.late(session)).items():
                PLEDGES_LATE.labels(why).set(count)
    for gauge, value in zip((CALL_OLDEST, EVENT_OLDEST, REFUNDS_STUCK, UNBOOKED), values, strict=True):
        gauge.set(value)
    for book in books or ():
        for account, amount in book.accounts.items():
            BOOKS.labels(account, book.currency).set(amount)
        MISSING.labels(book.currency).set(book.missing)
        DIFFERENCE.labels(book.currency).set(book.difference)
        if book.age is not None:
            RECONCILED.labels(book.currency).set(book.age)


async def _count_pledges(database: Database) -> None:
    found: dict[str, tuple[int, int]] | None = None
    with contextlib.suppress(UnavailableError):
        async with database.read() as session:
            found = await count_pledges(session)
    for state in PledgeState:
        count, oldest = (math.nan, math.nan) if found is None else found.get(state, (0, 0))
        PLEDGES.labels(state).set(count)
        PLEDGES_OLDEST.labels(state).set(oldest)
