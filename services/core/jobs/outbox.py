"""Jobs: named contracts between the processes that ask for work and the worker that does it.

`enqueue` writes an outbox row in the caller's transaction; the relay (services/worker/relay.py) hands committed
rows to dramatiq. A crash between the two gives a message twice, never none: actors are idempotent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import ARRAY, Interval, String, bindparam, func, insert, text
from sqlalchemy.dialects.postgresql import JSONB

from services.core.jobs.models import OutboxMessage
from services.core.kit.database import WriteSession

OUTBOX_CHANNEL = "outbox"


@dataclass(frozen=True, slots=True)
class Job:
    """A name and a queue. Payloads hold ids and scalars only; the actor reads the rest again."""

    name: str
    queue: str


def current_request_id() -> str | None:
    """The id of the request, or of the one that asked for the job, that is being served."""
    return structlog.contextvars.get_contextvars().get("request_id")


async def enqueue(session: WriteSession, job: Job, *, delay: timedelta | None = None, **payload: Any) -> UUID:
    """Write `job` into the outbox of this transaction and return its message id.

    With `delay` the relay holds it back until then. The id of the request that is bound to the log context
    travels with it.
    """
    message_id = uuid4()
    await session.execute(
        insert(OutboxMessage).values(
            message_id=message_id,
            actor=job.name,
            queue=job.queue,
            payload=payload,
            request_id=current_request_id(),
            # The server's clock, because it is the server's clock that the relay compares with.
            run_at=func.now() + (delay or timedelta()),
        )
    )
    await session.execute(text(f"NOTIFY {OUTBOX_CHANNEL}"))
    return message_id


async def enqueue_once(session: WriteSession, job: Job, *, delay: timedelta, **payload: Any) -> UUID | None:
    """As `enqueue`, unless the same job with the same payload still waits; it then waits for this transaction's end.

    The relay takes rows with `FOR UPDATE SKIP LOCKED`: it skips a row that we hold, and we skip one that it has
    taken already, whose job might run before our commit.
    """
    waiting = text(
        "SELECT 1 FROM outbox WHERE actor = :actor AND payload = :payload LIMIT 1 FOR KEY SHARE SKIP LOCKED"
    ).bindparams(bindparam("payload", payload, JSONB))
    if await session.scalar(waiting, {"actor": job.name}) is not None:
        return None
    return await enqueue(session, job, delay=delay, **payload)


_EACH_ONCE = text(
    """
    WITH added AS (
        INSERT INTO outbox (message_id, actor, queue, payload, request_id, run_at, created_at)
        SELECT gen_random_uuid(), :actor, :queue, asked.payload, asked.request_id, now() + :delay, now()
        FROM unnest(:payloads, :request_ids) AS asked (payload, request_id)
        WHERE NOT EXISTS (
            SELECT FROM outbox AS waiting WHERE waiting.actor = :actor AND waiting.payload = asked.payload
            FOR KEY SHARE SKIP LOCKED
        )
        RETURNING id
    )
    SELECT pg_notify(:channel, '') FROM added LIMIT 1
    """
).bindparams(
    bindparam("actor", type_=String()),
    bindparam("payloads", type_=ARRAY(JSONB)),
    bindparam("request_ids", type_=ARRAY(String)),
    bindparam("delay", type_=Interval()),
    bindparam("channel", type_=String()),
)


async def enqueue_each_once(
    session: WriteSession, job: Job, asked: Sequence[tuple[Mapping[str, Any], str | None]], *, delay: timedelta
) -> None:
    """As `enqueue_once`, for several payloads, each with the id of the request that asks for it, in one statement."""
    if asked:
        values = {
            "actor": job.name,
            "queue": job.queue,
            "payloads": [payload for payload, _ in asked],
            "request_ids": [request_id for _, request_id in asked],
            "delay": delay,
            "channel": OUTBOX_CHANNEL,
        }
        await session.execute(_EACH_ONCE, values)
