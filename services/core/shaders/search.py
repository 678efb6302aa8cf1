"""Listing and searching works: GET /api/v1/shaders, and the feed's lists that are the same for everybody.

`find(database, query, cursor=..., limit=...)` gives a `CardPage`: cards as JSON text, and the cursor of the next page.
Only `listed` works are found. Text is looked up in title, tags, author and description, in English stems and as
written; all words have to be there, `"..."` is a phrase, `or` and `-word` work, and the last word may be unfinished.

Orders: `hot`, `top` (score), `new`, `old`, and `relevance` (with a text only): works that have the words in their
title, then the others, the hottest first among each. Each order is unique by the id, and a walk through hot, top and
relevance keeps the order in which it began although votes change it (services/core/ranking/snapshots.py); `period`
counts back from the walk's beginning too. A work whose title is changed during a walk may be missed or repeated.

Raises `InvalidCursorError` for a cursor of another list, `InvalidInputError` for values that cannot be.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from services.contracts.glsl import Dialect
from services.contracts.shaders import AiLabel
from services.core.kit.database import Database
from services.core.kit.errors import InvalidInputError
from services.core.kit.pagination import InvalidCursorError, decode_cursor, encode_cursor, parse_id, parse_time
from services.core.kit.tables import utc_now
from services.core.kit.text import clean_line, clean_tags
from services.core.ranking.snapshots import MOVED, SNAPSHOT, Moment, shortened
from services.core.shaders.card_json import CARD, CARD_TABLES, CardPage
from services.core.shaders.licences import require_known

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
    """A search text or a tag that no work can have."""

    code = "invalid_filter"
    title = "This cannot be searched for"


@dataclass(frozen=True, slots=True)
class ShaderQuery:
    """What is asked for; `make` checks it."""

    words: str = ""
    tags: tuple[str, ...] = ()
    author: str | None = None
    licence: str | None = None
    dialect: Dialect | None = None
    ai_label: AiLabel | None = None
    period: Period = Period.ALL
    sort: Sort = Sort.HOT

    @classmethod
    def make(
        cls, *, words: str | None = None, tags: list[str] | None = None, sort: Sort | None = None, **filters: Any
    ) -> "ShaderQuery":
        """A checked query; the order is relevance where there is a text, else hot, unless told.

        Raises `BadFilterError`, `NoTextError`, `UnknownLicenceError`.
        """
        try:
            cleaned = clean_line(words or "", limit=MAX_TEXT)
            unique = tuple(sorted(clean_tags(tags or [])))
        except ValueError as error:
            raise BadFilterError(str(error)) from error
        if filters.get("licence") is not None:
            require_known(filters["licence"])
        if sort is Sort.RELEVANCE and not cleaned:
            raise NoTextError
        chosen = sort or (Sort.RELEVANCE if cleaned else Sort.HOT)
        return cls(words=cleaned, tags=unique, sort=chosen, **filters)


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a walk stands: in which tier, after which key and id (None: at its start), and when it began.

    `moment` is None until the first statement of the walk has said what it saw.
    """

    tier: int
    began: datetime
    moment: Moment | None = None
    key: Any = None
    id: str = ""


async def find(
    database: Database, query: ShaderQuery, *, cursor: str | None, limit: int, name: str = "shaders"
) -> CardPage:
    """The page of `query` after `cursor` (None: the first), at most `limit` cards.

    `name` says which list it is for; a cursor is good for the list and the query that it came from.
    """
    listing = f"{name} {query!r}"
    top_tier = 1 if query.sort is Sort.RELEVANCE else 0
    position = _position(listing, query.sort, cursor) if cursor else _Position(top_tier, utc_now())
    rows: list[Any] = []
    while True:
        statement, values = _statement(query, position, limit + 1 - len(rows))
        rows += await database.rows(statement, *values)
        if rows and position.moment is None:
            position = replace(position, moment=Moment.parse(shortened(rows[0]["snapshot"])))
        if position.tier == 0 or len(rows) > limit:
            break
        position = _Position(position.tier - 1, position.began, position.moment)
    cards = [row["card"] for row in rows[:limit]]
    if len(rows) <= limit or position.moment is None:
        return CardPage(cards, None)
    last = rows[limit - 1]
    key = last["key"].isoformat() if isinstance(last["key"], datetime) else last["key"]
    began = position.began.isoformat()
    return CardPage(cards, encode_cursor(listing, last["tier"], key, last["id"], position.moment.snapshot, began))


def _position(listing: str, sort: Sort, cursor: str) -> _Position:
    kind = {Sort.TOP: int, Sort.NEW: str, Sort.OLD: str}.get(sort, float)
    tier, key, shader_id, moment, began = decode_cursor(listing, cursor, int, kind, str, str, str)
    if tier not in ((0, 1) if sort is Sort.RELEVANCE else (0,)):
        raise InvalidCursorError
    if kind is int and abs(key) > _INTEGER_LIMIT:
        raise InvalidCursorError
    at = parse_time(key) if kind is str else key
    return _Position(tier, parse_time(began), Moment.parse(moment), at, parse_id(shader_id))


_INTEGER_LIMIT = 2**31 - 1
_MUTABLE = {Sort.HOT: "hot", Sort.TOP: "score", Sort.RELEVANCE: "hot"}


class _Values(list[Any]):
    """The values of a statement, in the order of their places in it."""

    def place(self, value: Any) -> str:
        """Keep a value and give the text that stands for it."""
        self.append(value)
        return f"${len(self)}"


def _statement(query: ShaderQuery, position: _Position, limit: int) -> tuple[str, _Values]:
    """The SQL of one page of one tier, with its values. Only constants of ours are put into the text."""
    values = _Values()
    conditions = _conditions(query, position, values)
    column = _MUTABLE.get(query.sort, "published_at")
    direction, comparison = ("ASC", ">") if query.sort is Sort.OLD else ("DESC", "<")
    ways = f"ORDER BY key {direction}, id {direction} LIMIT {values.place(limit)}"
    if position.key is not None:
        conditions.append(f"(KEY, s.id) {comparison} ({values.place(position.key)}, {values.place(position.id)})")

    def branch(tables: str, key: str, *more: str) -> str:
        where = " AND ".join([*conditions, *more]).replace("KEY", key)
        return f"(SELECT s.id, {key} AS key FROM {tables} WHERE {where} {ways})"  # noqa: S608 -- see above

    if position.moment is None or query.sort not in _MUTABLE:
        page = branch("shaders s", f"s.{column}")
    else:
        moment = position.moment
        moved = MOVED.format(oldest=values.place(moment.oldest), snapshot=values.place(moment.snapshot))
        settled = branch("shaders s", f"s.{column}", "s.id NOT IN (SELECT moved.shader_id FROM moved)")
        returned = branch("moved JOIN shaders s ON s.id = moved.shader_id", f"moved.{column}")
        page = f"WITH moved AS MATERIALIZED ({moved}) {settled} UNION ALL {returned} {ways}"
    return (
        f"SELECT {CARD} AS card, page.key, page.id, {position.tier} AS tier, {SNAPSHOT} AS snapshot"  # noqa: S608
        f" FROM ({page}) AS page JOIN ({CARD_TABLES}) ON s.id = page.id"
        f" ORDER BY page.key {direction}, page.id {direction}"
    ), values


def _conditions(query: ShaderQuery, position: _Position, values: _Values) -> list[str]:
    conditions = ["s.listed"]
    if query.words:
        matching = _words(query.words, values)
        conditions.append(f"s.search @@ ({matching})")
        if query.sort is Sort.RELEVANCE:
            conditions.append(f"{'' if position.tier else 'NOT '}s.title_words @@ ({matching})")
    if query.tags:
        conditions.append(f"s.tags @> {values.place(list(query.tags))}::varchar[]")
    if query.author is not None:
        author = values.place(query.author)
        conditions.append(f"s.author_id = (SELECT users.id FROM users WHERE users.handle = {author})")  # noqa: S608
    exact = {name: getattr(query, name) for name in ("licence", "dialect", "ai_label")}
    conditions += [f"s.{name} = {values.place(str(value))}" for name, value in exact.items() if value is not None]
    if query.period in _SPANS:
        conditions.append(f"s.published_at >= {values.place(position.began - _SPANS[query.period])}")
    return conditions


_UNFINISHED = re.compile(r"(?P<head>(?:.*\s)?)(?P<last>\w+)")


def _words(words: str, values: _Values) -> str:
    """SQL of a `tsquery` for what a person typed. The last word also finds what begins with it."""
    found = _UNFINISHED.fullmatch(words)
    if found is None or words.count('"') % 2 or found["head"].rstrip().lower().endswith(("or", "-")):
        return f"websearch_to_tsquery('english', {values.place(words)})"
    finished = f"websearch_to_tsquery('english', {values.place(found['last'])})"
    prefix = "'{}':*".format(found["last"])
    last = f"({finished} || to_tsquery('simple', {values.place(prefix)}))"
    if not found["head"]:
        return last
    return f"websearch_to_tsquery('english', {values.place(found['head'])}) && {last}"
