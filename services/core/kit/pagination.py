"""Pages of lists: ordered by keys that are unique together, with opaque cursors that hold the last row's keys.

`keyset_page` reads a page of a statement. A cursor of another list or order is refused with `InvalidCursorError`, so
that no row is silently left out.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, literal, tuple_

from services.core.kit.database import ReadSession
from services.core.kit.errors import InvalidInputError

_INTEGER_LIMIT = 2**31 - 1


class InvalidCursorError(InvalidInputError):
    """The cursor is broken, or was made by another list."""

    code = "invalid_cursor"
    title = "This cursor does not belong to this list; begin again without one"


@dataclass(frozen=True, slots=True)
class JsonPage:
    """A page whose items are JSON texts, as PostgreSQL wrote them."""

    items: list[str]
    next_cursor: str | None

    def body(self) -> bytes:
        """The JSON of a `Page`."""
        return f'{{"items":[{",".join(self.items)}],"next_cursor":{json.dumps(self.next_cursor)}}}'.encode()


async def keyset_page(
    session: ReadSession,
    statement: Select[Any],
    *keys: Any,
    listing: str,
    cursor: str | None,
    limit: int,
    descending: bool = True,
) -> tuple[Sequence[Row[Any]], str | None]:
    """At most `limit` rows of `statement` in the order of `keys`, and the cursor of the page after them.

    `keys` are columns that are unique together: times, UUIDs, integers, or ids of 16 letters and digits. `listing`
    names the list with its filters. Raises `InvalidCursorError`.
    """
    if cursor:
        kinds = [key.type.python_type for key in keys]
        parts = decode_cursor(listing, cursor, *(int if kind is int else str for kind in kinds))
        read = [_READERS.get(kind, parse_id)(part) for kind, part in zip(kinds, parts, strict=True)]
        last = tuple_(*(literal(value, key.type) for value, key in zip(read, keys, strict=True)))
        statement = statement.where(tuple_(*keys) < last if descending else tuple_(*keys) > last)
    names = [f"key_{number}" for number in range(len(keys))]
    ordered = (
        statement.add_columns(*(key.label(name) for key, name in zip(keys, names, strict=True)))
        .order_by(*(key.desc() if descending else key for key in keys))
        .limit(limit + 1)
    )
    rows = (await session.execute(ordered)).all()
    if len(rows) <= limit:
        return rows, None
    values = [getattr(rows[limit - 1], name) for name in names]
    written = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return rows[:limit], encode_cursor(listing, *written)


def encode_cursor(listing: str, *key: Any) -> str:
    """A cursor after the row with sort key `key`; `listing` names the list, its sort and its filters."""
    text = json.dumps([_mark(listing), *key], separators=(",", ":"), default=str)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(listing: str, cursor: str, *types: type) -> list[Any]:
    """The sort key in `cursor`, checked to have one value of each of `types` (JSON types)."""
    try:
        value = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, UnicodeDecodeError, RecursionError) as error:
        raise InvalidCursorError from error
    if not isinstance(value, list) or len(value) != len(types) + 1 or value[0] != _mark(listing):
        raise InvalidCursorError
    if any(type(part) is not kind for part, kind in zip(value[1:], types, strict=True)):
        raise InvalidCursorError
    return value[1:]


def parse_time(text: str) -> datetime:
    """A time in a cursor, with its zone. Raises `InvalidCursorError`."""
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise InvalidCursorError
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidCursorError from error


def parse_id(text: str) -> str:
    """A shader's id in a cursor. Raises `InvalidCursorError` for what can be none (and may upset PostgreSQL)."""
    if not (text.isascii() and text.isalnum() and len(text) <= 16):
        raise InvalidCursorError
    return text


def parse_integer(number: int) -> int:
    """A number in a cursor that an integer column can hold. Raises `InvalidCursorError`."""
    if abs(number) > _INTEGER_LIMIT:
        raise InvalidCursorError
    return number


def _parse_uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise InvalidCursorError from error


_READERS: dict[type, Callable[[Any], Any]] = {datetime: parse_time, int: parse_integer, UUID: _parse_uuid}


def _mark(listing: str) -> str:
    return hashlib.sha256(listing.encode()).hexdigest()[:8]
