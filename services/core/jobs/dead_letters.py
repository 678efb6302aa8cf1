"""Messages whose retries are used up: kept, listed, and sent again.

A dead letter holds the message's id, so that it is written once however often the message comes, and the class of
the error, never its text. `retry_dead_letters` puts the message back into the outbox under the same id.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.core.jobs.models import DeadLetter, OutboxMessage
from services.core.jobs.outbox import OUTBOX_CHANNEL
from services.core.kit.database import ReadSession, WriteSession


async def add_dead_letter(
    session: WriteSession,
    *,
    message_id: UUID,
    actor: str,
    queue: str,
    payload: dict[str, Any],
    request_id: str | None,
    error: str,
) -> None:
    """Keep a message that failed for good; a message that was sent again and failed again is open again."""
    values = {"error": error[:200], "failed_at": func.now(), "redriven_at": None}
    row = {"message_id": message_id, "actor": actor, "queue": queue, "payload": payload, "request_id": request_id}
    statement = insert(DeadLetter).values(**row, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["message_id"], set_=values))


async def open_letters(session: ReadSession, *, limit: int = 100) -> Sequence[DeadLetter]:
    """The letters that were not sent again since, the newest first."""
    statement = select(DeadLetter).where(col(DeadLetter.redriven_at).is_(None))
    return (await session.scalars(statement.order_by(col(DeadLetter.failed_at).desc()).limit(limit))).all()


async def count_open(session: ReadSession) -> int:
    """How many letters wait for somebody to look at them."""
    statement = select(func.count()).select_from(DeadLetter).where(col(DeadLetter.redriven_at).is_(None))
    return await session.scalar(statement) or 0


async def retry_dead_letters(session: WriteSession, message_id: UUID | None = None) -> int:
    """Send one open letter again, or with None all of them; returns how many. Asking twice sends once."""
    statement = (
        update(DeadLetter)
        .where(col(DeadLetter.redriven_at).is_(None))
        .values(redriven_at=func.now())
        .returning(DeadLetter)
    )
    if message_id is not None:
        statement = statement.where(col(DeadLetter.message_id) == message_id)
    letters = (await session.scalars(statement.execution_options(synchronize_session=False))).all()
    for letter in letters:
        row = {name: getattr(letter, name) for name in ("message_id", "actor", "queue", "payload", "request_id")}
        statement_in = insert(OutboxMessage).values(**row, run_at=func.now())
        await session.execute(statement_in.on_conflict_do_nothing(index_elements=["message_id"]))
    if letters:
        await session.execute(text(f"NOTIFY {OUTBOX_CHANNEL}"))
    return len(letters)
