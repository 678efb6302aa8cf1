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
from sqlalchemy import ARRAY, bindparam, func, insert, text
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


_WAITING = text(
    "SELECT payload FROM outbox WHERE actor = :actor AND payload = ANY(:payloads) FOR KEY SHARE SKIP LOCKED"
).bindparams(bindparam("payloads", type_=ARRAY(JSONB)))


async def enqueue_each_once(
    session: WriteSession, job: Job, asked: Sequence[tuple[Mapping[str, Any], str | None]], *, delay: timedelta
) -> None:
    """As `enqueue_once`, for several payloads, each with the id of the request that asks for it."""
    if not asked:
        return
    values = {"actor": job.name, "payloads": [payload for payload, _ in asked]}
    waiting = list(await session.scalars(_WAITING, values))
    rows = [
        {"message_id": uuid4(), "payload": payload, "request_id": request_id}
        for payload, request_id in asked
        if payload not in waiting
    ]
    if rows:
        common = {"actor": job.name, "queue": job.queue, "run_at": func.now() + delay}
        await session.execute(insert(OutboxMessage).values([{**common, **row} for row in rows]))
        await session.execute(text(f"NOTIFY {OUTBOX_CHANNEL}"))
