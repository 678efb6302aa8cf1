"""Everything that is kept about a user, as one JSON document in pieces.

    {"exported_at", "profile", "sessions": [...], "api_keys": [...], "api_key_uses": [...],
     "works": [{..., "versions": [{..., "source"}]}], "votes": [...], "tag_affinities": [...], "events": [...],
     "reports": [...], "publishes": [...]}

Each page of rows is read in a short transaction of its own, so a slow reader holds no connection and memory stays
bounded by a page; what changes meanwhile may be in it or not. When the database fails in the middle the document
ends early and is no valid JSON, so nobody takes it for whole. The hashes of password, tokens and keys are not in it.
"""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel, col

from services.core.db import Database
from services.core.models.accounts import AuthSession, PublishUsage, User
from services.core.models.base import utc_now
from services.core.models.feed import FeedEvent, TagAffinity, Vote
from services.core.models.keys import ApiKey, ApiKeyUse
from services.core.models.shaders import Report, Shader, ShaderVersion

_SESSION = frozenset({"id", "user_agent", "address", "created_at", "last_used_at", "expires_at", "revoked_at"})
_HIDDEN = {
    User: frozenset({"password_hash"}),
    Shader: frozenset({"author_id", "search", "search_words", "title_words", "listed", "hot"}),
    ShaderVersion: frozenset({"shader_id"}),
    Report: frozenset({"reporter_id", "moderator_id"}),
    ApiKey: frozenset({"user_id", "key_hash"}),
    **dict.fromkeys((ApiKeyUse, Vote, TagAffinity, FeedEvent, PublishUsage), frozenset({"user_id"})),
}


@dataclass(frozen=True, slots=True)
class _Section:
    """A list of the document: the rows with this `owner` in the order of `key`, `page` of them at a time."""

    name: str
    model: type[SQLModel]
    owner: str
    key: str
    page: int = 500


_SECTIONS = (
    _Section("sessions", AuthSession, "user_id", "id"),
    _Section("api_keys", ApiKey, "user_id", "id"),
    _Section("api_key_uses", ApiKeyUse, "user_id", "id"),
    _Section("works", Shader, "author_id", "id", page=50),
    _Section("votes", Vote, "user_id", "shader_id"),
    _Section("tag_affinities", TagAffinity, "user_id", "tag"),
    _Section("events", FeedEvent, "user_id", "id"),
    _Section("reports", Report, "reporter_id", "id"),
    _Section("publishes", PublishUsage, "user_id", "month"),
)


async def export_account(database: Database, user: User) -> AsyncIterator[bytes]:
    """The document of `user` in pieces; raises `UnavailableError` in the middle when the database goes."""
    head = {"exported_at": utc_now().isoformat(), "profile": _public(user)}
    yield json.dumps(head)[:-1].encode()
    for section in _SECTIONS:
        yield f', "{section.name}": ['.encode()
        first = True
        async for row in _rows(database, section, user.id):
            text = json.dumps(_public(row)).encode()
            yield b"\n" if first else b",\n"
            first = False
            if isinstance(row, Shader):
                yield text[:-1] + b', "versions": ['
                async for piece in _versions(database, row.id):
                    yield piece
                text = b"]}"
            yield text
        yield b"]"
    yield b"}\n"


async def _rows(database: Database, section: _Section, owner: Any) -> AsyncIterator[SQLModel]:
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


async def _versions(database: Database, shader_id: str) -> AsyncIterator[bytes]:
    section = _Section("versions", ShaderVersion, "shader_id", "number", page=20)
    before = b"\n "
    async for row in _rows(database, section, shader_id):
        yield before + json.dumps(_public(row)).encode()
        before = b",\n "


def _public(row: SQLModel) -> dict[str, Any]:
    if isinstance(row, AuthSession):
        return row.model_dump(mode="json", include=set(_SESSION), warnings=False)
    return row.model_dump(mode="json", exclude=set(_HIDDEN.get(type(row), ())), warnings=False)
