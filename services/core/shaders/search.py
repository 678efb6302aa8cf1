"""Listing and searching shaders: GET /api/v1/shaders, and the feed's lists that are the same for everybody.

`find(database, query, cursor=..., limit=...)` gives a page of cards as JSON text. Only `listed` shaders are found. Text
is looked up in title, tags, author and description, in English stems and as written; all words have to be there,
`"..."` is a phrase, `or` and `-word` work, and the last word may be unfinished.

Orders: `hot`, `top` (weighted score), `new`, `old`, and `relevance` (with a text only): those with the words in their
title, then the others, the hottest first among each. Each order is unique by the id, and the pages of hot, top and
relevance keep the order of the first although votes change it (services/core/ranking/snapshots.py); `period` counts
back from the first page too. A shader whose title is changed while somebody pages may be missed or repeated.

Raises `InvalidCursorError` for a cursor of another list, `InvalidInputError` for values that cannot be.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic import Field
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    String,
    func,
    literal_column,
    not_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from services.contracts.glsl import Dialect
from services.contracts.shaders import SomeChoices
from services.core.accounts.models import User
from services.core.kit.database import Database
from services.core.kit.errors import InvalidInputError
from services.core.kit.pagination import (
    InvalidCursorError,
    JsonPage,
    decode_cursor,
    encode_cursor,
    parse_id,
    parse_integer,
    parse_time,
)
from services.core.kit.statements import Prepared, placeholder
from services.core.kit.tables import utc_now
from services.core.kit.text import clean_line, clean_tags
from services.core.licences import require_known
from services.core.ranking.snapshots import MOVED, SNAPSHOT, Snapshot, shortened
from services.core.shaders import views
from services.core.shaders.models import Shader

MAX_TEXT = 200


class Sort(StrEnum):
    """The order of a list."""

    HOT = "hot"
    NEW = "new"
    OLD = "old"
    TOP = "top"
    RELEVANCE = "relevance"


class Period(StrEnum):
    """How far back a list goes, by the time of publication."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    ALL = "all"


_SPANS = {
    Period.DAY: timedelta(days=1),
    Period.WEEK: timedelta(days=7),
    Period.MONTH: timedelta(days=30),
    Period.YEAR: timedelta(days=365),
}


class NoTextError(InvalidInputError):
    """Relevance to nothing."""

    code = "relevance_without_text"
    title = "Sorting by relevance needs a search text"


class BadFilterError(InvalidInputError):
    """A search text or a tag that no shader can have."""

    code = "invalid_filter"
    title = "This cannot be searched for"


# Filters by a column of that name.
_EXACT = ("licence", "dialect", *SomeChoices.model_fields)


class ShaderFilters(SomeChoices):
    """What a caller searches for; what is not sent does not matter."""

    words: str | None = Field(
        default=None,
        alias="q",
        max_length=MAX_TEXT,
        description='Words that a shader has to have; `"a phrase"`, `or` and `-word` work. The last may be unfinished',
        examples=["neon rain"],
    )
    tags: list[str] | None = Field(
        default=None, alias="tag", max_length=8, description="Tags that a shader has to have, all of them"
    )
    author: str | None = Field(default=None, max_length=40, description="The author's handle")
    licence: str | None = Field(default=None, max_length=64, examples=["CC-BY-4.0"])
    dialect: Dialect | None = None
    period: Period = Field(default=Period.ALL, description="By the time of publication")
    sort: Sort | None = Field(default=None, description="Relevance where there are words, else hot, unless told")


@dataclass(frozen=True, slots=True)
class ShaderQuery:
    """A search that was checked; `exact` has the columns and values of the other filters."""

    words: str = ""
    tags: tuple[str, ...] = ()
    author: str | None = None
    exact: tuple[tuple[str, str], ...] = ()
    period: Period = Period.ALL
    sort: Sort = Sort.HOT

    @classmethod
    def of(cls, filters: ShaderFilters) -> "ShaderQuery":
        """What `filters` ask for; the order is relevance where there is a text, else hot, unless told.

        Raises `BadFilterError`, `NoTextError`, `UnknownLicenceError`.
        """
        try:
            cleaned = clean_line(filters.words or "", limit=MAX_TEXT)
            unique = tuple(sorted(clean_tags(filters.tags or [])))
        except ValueError as error:
            raise BadFilterError(str(error)) from error
        if filters.licence is not None:
            require_known(filters.licence)
        if filters.sort is Sort.RELEVANCE and not cleaned:
            raise NoTextError
        exact = filters.model_dump(mode="json", include=set(_EXACT), exclude_none=True)
        return cls(
            words=cleaned,
            tags=unique,
            author=filters.author.lower() if filters.author is not None else None,
            exact=tuple(sorted(exact.items())),
            period=filters.period,
            sort=filters.sort or (Sort.RELEVANCE if cleaned else Sort.HOT),
        )


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a page begins: in which tier, after which key and id (None: at its start), and when paging began.

    `snapshot` is None until the first statement has said what it saw.
    """

    tier: int
    began: datetime
    snapshot: Snapshot | None = None
    key: Any = None
    id: str = ""


async def find(
    database: Database, query: ShaderQuery, *, cursor: str | None, limit: int, name: str = "shaders"
) -> JsonPage:
    """The page of `query` after `cursor` (None: the first), at most `limit` cards.

    `name` says which list it is for; a cursor is good for the list and the query that it came from.
    """
    listing = f"{name} {query!r}"
    top_tier = 1 if query.sort is Sort.RELEVANCE else 0
    position = _position(listing, query.sort, cursor) if cursor else _Position(top_tier, utc_now())
    rows: list[Any] = []
    while True:
        values = _values(query, position) | {"limit": limit + 1 - len(rows)}
        statement = _statement(query.sort, position.tier, frozenset(values))
        rows += await database.rows(statement.sql, *statement.values(**values))
        if rows and position.snapshot is None:
            position = replace(position, snapshot=Snapshot.parse(shortened(rows[0]["snapshot"])))
        if position.tier == 0 or len(rows) > limit:
            break
        position = _Position(position.tier - 1, position.began, position.snapshot)
    cards = [row["card"] for row in rows[:limit]]
    if len(rows) <= limit or position.snapshot is None:
        return JsonPage(cards, None)
    last = rows[limit - 1]
    key = last["key"].isoformat() if isinstance(last["key"], datetime) else last["key"]
    began = position.began.isoformat()
    return JsonPage(cards, encode_cursor(listing, last["tier"], key, last["id"], position.snapshot.text, began))


def _position(listing: str, sort: Sort, cursor: str) -> _Position:
    kind = {Sort.TOP: int, Sort.NEW: str, Sort.OLD: str}.get(sort, float)
    tier, key, shader_id, snapshot, began = decode_cursor(listing, cursor, int, kind, str, str, str)
    if tier not in ((0, 1) if sort is Sort.RELEVANCE else (0,)):
        raise InvalidCursorError
    after = parse_integer(key) if kind is int else parse_time(key) if kind is str else key
    return _Position(tier, parse_time(began), Snapshot.parse(snapshot), after, parse_id(shader_id))


# What votes change; the other orders are by the time of publication.
_MUTABLE = {Sort.HOT: "hot", Sort.TOP: "weighted_score", Sort.RELEVANCE: "hot"}
_UNFINISHED = re.compile(r"(?P<head>(?:.*\s)?)(?P<last>\w+)")


def _values(query: ShaderQuery, position: _Position) -> dict[str, Any]:
    """What the statement of a page needs, by name; which names there are decides what the statement looks like."""
    values: dict[str, Any] = _words(query.words)
    if query.tags:
        values["tags"] = list(query.tags)
    if query.author is not None:
        values["author"] = query.author
    values |= query.exact
    if query.period in _SPANS:
        values["since"] = position.began - _SPANS[query.period]
    if position.key is not None:
        values |= {"last_key": position.key, "last_id": position.id}
    if position.snapshot is not None and query.sort in _MUTABLE:
        values |= {"snapshot": position.snapshot.text, "oldest": position.snapshot.oldest}
    return values


def _words(words: str) -> dict[str, str]:
    """What a person typed, apart from a last word that may be unfinished: that also finds what begins with it."""
    found = _UNFINISHED.fullmatch(words)
    if found is None or words.count('"') % 2 or found["head"].rstrip().lower().endswith(("or", "-")):
        return {"words": words} if words else {}
    head = {"words": found["head"]} if found["head"] else {}
    return head | {"last": found["last"], "prefix": f"'{found['last']}':*"}


@lru_cache(maxsize=512)
def _statement(sort: Sort, tier: int, names: frozenset[str]) -> Prepared:
    """The statement of one page of one tier, for values of these names."""
    column = _MUTABLE.get(sort, "published_at")
    ascending = sort is Sort.OLD
    conditions = _conditions(sort, tier, names)

    def part(source: FromClause, key: ColumnElement[Any], *more: ColumnElement[bool]) -> Select[Any]:
        rows = select(col(Shader.id), key.label("key")).select_from(source).where(*conditions, *more)
        return _page(rows, key, col(Shader.id), names, ascending=ascending)

    table = Shader.__table__  # type: ignore[attr-defined]
    if "snapshot" in names:
        moved = MOVED.cte("moved").prefix_with("MATERIALIZED")
        unmoved = part(table, getattr(Shader, column), col(Shader.id).not_in(select(moved.c.shader_id)))
        returned = part(moved.join(table, moved.c.shader_id == col(Shader.id)), moved.c[column])
        both = union_all(unmoved, returned).subquery("both")
        page = _page(select(both), both.c.key, both.c.id, names - {"last_key"}, ascending=ascending).subquery("page")
    else:
        page = part(table, getattr(Shader, column)).subquery("page")
    tier_column: ColumnElement[int] = literal_column(str(tier))
    cards = views.cards(page.c.key, page.c.id, tier_column.label("tier"), SNAPSHOT.label("snapshot"))
    found = cards.join(page, page.c.id == col(Shader.id))
    return Prepared.of(found.order_by(*_order(page.c.key, page.c.id, ascending=ascending)))


def _page(rows: Select[Any], key: Any, shader_id: Any, names: frozenset[str], *, ascending: bool) -> Select[Any]:
    """The first `rows` after the last key and id, where there are such."""
    if "last_key" in names:
        last = tuple_(placeholder("last_key", key.type), placeholder("last_id", String()))
        place = tuple_(key, shader_id)
        rows = rows.where(place > last if ascending else place < last)
    return rows.order_by(*_order(key, shader_id, ascending=ascending)).limit(placeholder("limit"))


def _order(*columns: Any, ascending: bool) -> list[Any]:
    return [column.asc() if ascending else column.desc() for column in columns]


def _conditions(sort: Sort, tier: int, names: frozenset[str]) -> list[ColumnElement[bool]]:
    conditions = [col(Shader.listed), *(getattr(Shader, name) == placeholder(name) for name in _EXACT if name in names)]
    if names & {"words", "last"}:
        matching = _matching(names)
        conditions.append(col(Shader.search).bool_op("@@")(matching))
        if sort is Sort.RELEVANCE:
            in_title = col(Shader.title_words).bool_op("@@")(matching)
            conditions.append(in_title if tier else not_(in_title))
    if "tags" in names:
        conditions.append(col(Shader.tags).contains(placeholder("tags", ARRAY(String))))
    if "author" in names:
        author = select(col(User.id)).where(col(User.handle) == placeholder("author")).scalar_subquery()
        conditions.append(col(Shader.author_id) == author)
    if "since" in names:
        conditions.append(col(Shader.published_at) >= placeholder("since"))
    return conditions


def _matching(names: frozenset[str]) -> ColumnElement[Any]:
    """The `tsquery` of `_words`."""

    def words(name: str) -> ColumnElement[Any]:
        return func.websearch_to_tsquery(literal_column("'english'"), placeholder(name, String()))

    if "last" not in names:
        return words("words")
    prefix = func.to_tsquery(literal_column("'simple'"), placeholder("prefix", String()))
    last = words("last").op("||")(prefix)
    return words("words").op("&&")(last.self_group()) if "words" in names else last
