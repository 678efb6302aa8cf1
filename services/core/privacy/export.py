"""Everything that is kept about a user, as one JSON document in pieces.

    {"exported_at", "profile", "sessions": [...], "api_keys": [...], "api_key_uses": [...],
     "works": [{..., "versions": [{..., "source"}]}], ...}

with the sections that the domains name (`Domain.export`).

Each page of rows is read in a short transaction of its own, so a slow reader holds no connection and memory stays
bounded by a page; what changes meanwhile may be in it or not. When the database fails in the middle the document
ends early and is no valid JSON, so nobody takes it for whole. The hashes of password, tokens and keys are not in it.
"""

import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel, col

from services.core.accounts.models import User
from services.core.domains import DOMAINS
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.registry.domain import ExportSection

_PROFILE_HIDDEN = frozenset({"password_hash"})


async def export_account(database: Database, user: User) -> AsyncIterator[bytes]:
    """The document of `user` in pieces; raises `UnavailableError` in the middle when the database goes."""
    head = {
        "exported_at": utc_now().isoformat(),
        "profile": user.model_dump(mode="json", exclude=set(_PROFILE_HIDDEN), warnings=False),
    }
    yield json.dumps(head)[:-1].encode()
    for section in [section for domain in DOMAINS for section in domain.export]:
        yield f', "{section.name}": ['.encode()
        async for piece in _list(database, section, user.id, separator=b",\n"):
            yield piece
        yield b"]"
    yield b"}\n"


async def _list(database: Database, section: ExportSection, owner: Any, *, separator: bytes) -> AsyncIterator[bytes]:
    """The rows of one owner, each with its children."""
    before = separator[1:]
    async for row in _rows(database, section, owner):
        text = json.dumps(_public(section, row)).encode()
        yield before
        before = separator
        if section.children is None:
            yield text
            continue
        yield text[:-1] + f', "{section.children.name}": ['.encode()
        async for piece in _list(database, section.children, getattr(row, section.key), separator=b",\n "):
            yield piece
        yield b"]}"


async def _rows(database: Database, section: ExportSection, owner: Any) -> AsyncIterator[SQLModel]:
    key, after = col(getattr(section.model, section.key)), None
    mine = col(getattr(section.model, section.owner)) == owner
    while True:
        statement = select(section.model).where(mine).order_by(key).limit(section.page)
        if after is not None:
            statement = statement.where(key > after)
        async with database.read() as session:
            rows: Sequence[SQLModel] = (await session.scalars(statement)).all()
        for row in rows:
            yield row
        if len(rows) < section.page:
            return
        after = getattr(rows[-1], section.key)


def _public(section: ExportSection, row: SQLModel) -> dict[str, Any]:
    if section.shown is not None:
        return row.model_dump(mode="json", include=set(section.shown), warnings=False)
    return row.model_dump(mode="json", exclude=set(section.hidden), warnings=False)
