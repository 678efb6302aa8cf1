"""The relay: committed outbox rows become messages in Redis.

In one transaction it deletes a batch of due rows (`FOR UPDATE SKIP LOCKED`), puts them into Redis, and commits. A
crash in between leaves the rows, so a message may go twice and never not at all; actors are idempotent. Several
relays share the work. NOTIFY wakes it; it also looks every `POLL_SECONDS`, for rows whose time has come and for
notices that were lost. While Redis or PostgreSQL is down the rows stay and it tries again with growing pauses.
"""

import asyncio
import random
from typing import Any

import structlog
from dramatiq.errors import ConnectionClosed
from dramatiq.message import Message
from prometheus_client import Counter
from sqlalchemy import Row, text

from services.core.jobs.outbox import OUTBOX_CHANNEL
from services.core.kit.errors import UnavailableError
from services.core.kit.listener import listen
from services.worker.broker import JobBroker
from services.worker.retries import DUE_AT
from services.worker.runtime import Runtime

BATCH = 100
POLL_SECONDS = 1.0
LONGEST_PAUSE = 5.0

RELAYED = Counter("outbox_relayed_total", "Outbox rows handed to Redis.", ["queue"])
FAILED = Counter("outbox_relay_errors_total", "Batches that could not be handed to Redis.")

log = structlog.get_logger("relay")

_TAKE = text(
    """
    WITH due AS (
        SELECT id FROM outbox WHERE run_at <= now() ORDER BY run_at, id LIMIT :batch FOR UPDATE SKIP LOCKED
    )
    DELETE FROM outbox USING due WHERE outbox.id = due.id
    RETURNING outbox.id, message_id, actor, queue, payload, request_id, run_at
    """
)


class Relay:
    """Runs until it is cancelled; being cancelled between two batches or within one loses nothing."""

    def __init__(self, runtime: Runtime, broker: JobBroker) -> None:
        self._runtime = runtime
        self._broker = broker
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Relay for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(
                listen(self._runtime.database, OUTBOX_CHANNEL, lambda _: self._wake.set(), self._wake.set)
            )
            tasks.create_task(self._relay())

    async def _relay(self) -> None:
        pause = 0.1
        while True:
            self._wake.clear()
            try:
                while await self.drain() == BATCH:
                    pass
            except (UnavailableError, ConnectionClosed) as error:
                FAILED.inc()
                log.warning("relay interrupted", error=type(error.__cause__ or error).__name__, detail=str(error))
                await asyncio.sleep(pause * random.uniform(0.5, 1))  # noqa: S311 -- jitter
                pause = min(LONGEST_PAUSE, pause * 2)
                continue
            pause = 0.1
            try:
                await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
            except TimeoutError:
                continue

    async def drain(self) -> int:
        """Relay one batch and return its size. Raises `UnavailableError` or `ConnectionClosed`; the rows stay then."""
        async with self._runtime.database.write() as session:
            rows = (await session.execute(_TAKE, {"batch": BATCH})).all()
            if rows:
                await asyncio.to_thread(self._send, sorted(rows, key=lambda row: (row.run_at, row.id)))
        for row in rows:
            RELAYED.labels(row.queue).inc()
        return len(rows)

    def _send(self, rows: list[Row[Any]]) -> None:
        for row in rows:
            options = {"request_id": row.request_id, DUE_AT: int(row.run_at.timestamp() * 1000)}
            self._broker.enqueue(
                Message(
                    queue_name=row.queue,
                    actor_name=row.actor,
                    args=(),
                    kwargs=row.payload,
                    options=options,
                    message_id=str(row.message_id),
                )
            )
