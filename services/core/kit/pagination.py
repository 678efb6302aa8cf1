"""Cursors: opaque, bound to the list and the sort they came from.

A list orders by a key that is unique together with the row's id; the cursor holds the last row's key. A cursor of
another list or sort is refused with `InvalidCursorError`, so that no row is silently left out.
"""

import base64
import binascii
import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from services.core.kit.errors import InvalidInputError


class InvalidCursorError(InvalidInputError):
    """The cursor is broken, or was made by another list."""

    code = "invalid_cursor"
    title = "This cursor does not belong to this list; begin again without one"


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
    """A work's id in a cursor. Raises `InvalidCursorError` for what can be none (and may upset PostgreSQL)."""
    if not (text.isascii() and text.isalnum() and len(text) <= 16):
        raise InvalidCursorError
    return text


def _mark(listing: str) -> str:
    return hashlib.sha256(listing.encode()).hexdigest()[:8]
