"""Jobs: named contracts between the processes that ask for work and the worker that does it.

`enqueue` writes an outbox row in the caller's transaction; the relay (services/worker/relay.py) hands committed
rows to dramatiq. A crash between the two gives a message twice, never none: actors are idempotent.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import func, insert, text

from services.core.db import WriteSession
from services.core.models.jobs import OutboxMessage

OUTBOX_CHANNEL = "outbox"


@dataclass(frozen=True, slots=True)
class Job:
    """A name and a queue. Payloads hold ids and scalars only; the actor reads the rest again."""

    name: str
    queue: str


RENDER_STILL = Job("render.still", "render")
RENDER_PREVIEW = Job("render.preview", "render")
UPDATE_TASTE = Job("feed.update_taste", "default")
ALL_JOBS = (RENDER_STILL, RENDER_PREVIEW, UPDATE_TASTE)


async def enqueue(session: WriteSession, job: Job, *, delay: timedelta | None = None, **payload: Any) -> UUID:
    """Write `job` into the outbox of this transaction and return its message id.

    With `delay` the relay holds it back until then. The id of the request that is bound to the log context
    travels with it.
    """
    message_id = uuid4()
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    await session.execute(
        insert(OutboxMessage).values(
            message_id=message_id,
            actor=job.name,
            queue=job.queue,
            payload=payload,
            request_id=request_id,
            # The server's clock, because it is the server's clock that the relay compares with.
            run_at=func.now() + (delay or timedelta()),
        )
    )
    await session.execute(text(f"NOTIFY {OUTBOX_CHANNEL}"))
    return message_id
