"""After a rotation: sealed texts are sealed anew under the first key of their ring, in batches.

`reseal_batch` goes through the rows by their id and gives where it ended; it may be stopped anywhere and begun again,
and leaves alone what is under the first key already. A text whose key is gone is left as it is, and counted.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.secret_box import SecretBox, SecretBoxError
from services.core.registry.domain import Sealed

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many texts were sealed anew, how many nobody can open, and the last row; None when there is no more."""

    count: int
    unreadable: int
    last: UUID | None


async def reseal_batch(session: WriteSession, sealed: Sealed, box: SecretBox, after: UUID | None) -> Resealed:
    """The next rows after the id `after`."""
    row_id, text = _columns(sealed)
    statement = select(row_id, text).where(text.is_not(None)).order_by(row_id).limit(MOST_AT_ONCE)
    if after is not None:
        statement = statement.where(row_id > after)
    rows = (await session.execute(statement.with_for_update())).all()
    count = unreadable = 0
    for key, old in rows:
        try:
            new = box.reseal(old, belongs_to=sealed.belongs_to(key))
        except SecretBoxError:
            unreadable += 1
            continue
        if new != old:
            await session.execute(update(sealed.model).where(row_id == key).values({sealed.column: new}))
            count += 1
    return Resealed(count, unreadable, rows[-1][0] if rows else None)


async def uses_of_keys(session: ReadSession, sealed: Sealed) -> dict[str, int]:
    """How many texts each key has sealed, by the key's id."""
    _, text = _columns(sealed)
    key_id = func.split_part(text, ".", 2)
    rows = await session.execute(select(key_id, func.count()).where(text.is_not(None)).group_by(key_id))
    return {row[0]: row[1] for row in rows}


def _columns(sealed: Sealed) -> tuple[Any, Any]:
    model: Any = sealed.model
    return getattr(model, sealed.key), getattr(model, sealed.column)
