"""Candidates for personal feeds, read from the database at most once in a moment for all users together.

The pool holds the hottest shaders, the newest, and new shaders that few have seen (`fresh`); for a user's favourite
tags the hottest shaders of each tag are added, and for the style that they like the works nearest to it, which the
worker has looked up (taste.py). With each candidate comes its card. There are many tags and near works, so these live
`LIVES` times as long; what of them was hidden or deleted is asked as often as the common pool is read (`gone`).
"""

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Double, Select, String, Text, and_, any_, cast, extract, false, func, select, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from services.core.feed.candidates import Candidate, Candidates, Vocabulary, style_of
from services.core.feed.models import Exposure
from services.core.kit.cache import TtlCache
from services.core.kit.database import Database
from services.core.kit.shared_calls import SharedCalls
from services.core.kit.statements import Prepared, placeholder
from services.core.ranking.hot import FULL_WEIGHT
from services.core.shaders.models import Shader
from services.core.shaders.views import cards
from services.core.styles.models import StyleVector
from services.core.styles.repository import serving

HOTTEST = 300
NEWEST = 100
FRESH = 60
OF_TAG = 60
MOST_TAGS = 200
MOST_WORKS = 8_192
LIVES = 15
FRESH_DAYS = 14
FRESH_IMPRESSIONS = 30
_LOOKED_AT = 1_000
_AT_ONCE = 32
_GONE = "SELECT id FROM shaders WHERE id = ANY($1::varchar[]) AND NOT listed"
_NAMES = ("id", "author", "root", "score", "published_at", "fresh", "looked", "ai_label")


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """A candidate, the embedder that its style is of, and its card as JSON text."""

    candidate: Candidate
    embedder_id: str | None
    card: str


_NOTHING: tuple[float, Any] = (0.0, None)


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Candidates, the embedder that their styles are of, and the cards of all of them as JSON text, with their tags."""

    candidates: Candidates
    embedder_id: str | None
    cards: dict[str, tuple[str, tuple[str, ...]]]

    @classmethod
    def of(cls, works: Sequence[_Work], vocabulary: Vocabulary) -> "Pool":
        """The pool of these works."""
        embedder_id = next((work.embedder_id for work in works if work.embedder_id is not None), None)
        found = {work.candidate.id: (work.card, work.candidate.tags) for work in works}
        return cls(Candidates.of((work.candidate for work in works), vocabulary), embedder_id, found)


class CandidatePools:
    """The pools of one process; each is read anew after `seconds`. All number their tags by one `vocabulary`."""

    def __init__(self, database: Database, *, seconds: float) -> None:
        self._database = database
        self._common: TtlCache[Pool] = TtlCache(seconds=seconds, size=1)
        self._of_tags: TtlCache[Pool] = TtlCache(seconds=seconds * LIVES, size=MOST_TAGS)
        self._gone: TtlCache[frozenset[str]] = TtlCache(seconds=seconds, size=1)
        self._held: OrderedDict[str, Pool] = OrderedDict()
        self._works: OrderedDict[str, tuple[float, _Work]] = OrderedDict()
        self._works_live = seconds * LIVES
        self._reads = SharedCalls(self._read_works, most=_AT_ONCE)
        self.vocabulary = Vocabulary()

    async def everybodys(self) -> Pool:
        """The pool that is the same for all users."""
        return await self._common.get("", lambda: self._read(_everybodys()))

    async def of_tag(self, tag: str) -> Pool:
        """The hottest shaders with this tag."""
        return await self._of_tags.get(tag, lambda: self._hold(tag))

    async def of_works(self, shader_ids: Sequence[str]) -> Pool:
        """Those of these shaders that are listed."""
        now = time.monotonic()
        works = {one: work for one in shader_ids for until, work in (self._works.get(one, _NOTHING),) if now < until}
        missing = [one for one in shader_ids if one not in works]
        if missing:
            works |= await self._reads.ask(missing)
        return Pool.of([works[one] for one in shader_ids if one in works], self.vocabulary)

    async def gone(self) -> frozenset[str]:
        """Those of the shaders in pools of tags and of the near works that lists no longer show."""
        return await self._gone.get("", self._read_gone)

    async def _hold(self, tag: str) -> Pool:
        pool = await self._read(_of_tag(), tags=[tag])
        self._held[tag] = pool
        self._held.move_to_end(tag)
        if len(self._held) > MOST_TAGS:
            self._held.popitem(last=False)
        return pool

    async def _read_gone(self) -> frozenset[str]:
        held = {shader_id for pool in self._held.values() for shader_id in pool.cards}
        held |= self._works.keys()
        rows = await self._database.rows(_GONE, list(held), keep_plan=True)
        return frozenset(row["id"] for row in rows)

    async def _read(self, statement: Prepared, **values: Any) -> Pool:
        return Pool.of(await self._found(statement, **values), self.vocabulary)

    async def _read_works(self, asked: Sequence[Sequence[str]]) -> list[dict[str, _Work]]:
        wanted = {one for shader_ids in asked for one in shader_ids}
        found = {work.candidate.id: work for work in await self._found(_of_works(), ids=list(wanted))}
        until = time.monotonic() + self._works_live
        for shader_id, work in found.items():
            self._works[shader_id] = until, work
            self._works.move_to_end(shader_id)
        while len(self._works) > MOST_WORKS:
            self._works.popitem(last=False)
        return [{one: found[one] for one in shader_ids if one in found} for shader_ids in asked]

    async def _found(self, statement: Prepared, **values: Any) -> list[_Work]:
        rows = await self._database.rows(statement.sql, *statement.values(**values))
        return [_Work(_candidate(row), row["embedder_id"], row["card"]) for row in rows]


def _candidate(row: Any) -> Candidate:
    style = style_of(row["style"]) if row["style"] is not None else None
    return Candidate(tags=tuple(row["tags"]), style=style, **{name: row[name] for name in _NAMES})


@cache
def _everybodys() -> Prepared:
    newest = (col(Shader.published_at).desc(), col(Shader.id).desc())
    recent = (
        select(col(Shader.id))
        .where(col(Shader.listed), col(Shader.published_at) > func.now() - timedelta(days=FRESH_DAYS))
        .order_by(*newest)
        .limit(_LOOKED_AT)
        .subquery("recent")
    )
    impressions = func.coalesce(col(Exposure.impressions), 0)
    fresh = (
        select(recent.c.id, true().label("fresh"))
        .outerjoin(Exposure, col(Exposure.shader_id) == recent.c.id)
        .where(impressions < FRESH_IMPRESSIONS)
        .order_by(impressions, func.random())
        .limit(FRESH)
    )
    return _candidates(_hottest(HOTTEST), _listed().order_by(*newest).limit(NEWEST), fresh)


@cache
def _of_tag() -> Prepared:
    return _candidates(_hottest(OF_TAG).where(col(Shader.tags).contains(placeholder("tags", ARRAY(String)))))


@cache
def _of_works() -> Prepared:
    return _candidates(_listed().where(col(Shader.id) == any_(placeholder("ids", ARRAY(String)))))


def _listed() -> Select[str, bool]:
    return select(col(Shader.id), false().label("fresh")).where(col(Shader.listed))


def _hottest(limit: int) -> Select[str, bool]:
    return _listed().order_by(col(Shader.hot).desc(), col(Shader.id).desc()).limit(limit)


def _candidates(*choices: Select[str, bool]) -> Prepared:
    """Each shader of the `choices` once, fresh if one of them says so."""
    found = union_all(*choices).subquery("found")
    chosen = select(found.c.id, func.bool_or(found.c.fresh).label("fresh")).group_by(found.c.id).subquery("chosen")
    columns = (
        col(Shader.id),
        cast(col(Shader.author_id), Text).label("author"),
        func.coalesce(col(Shader.root_id), col(Shader.id)).label("root"),
        col(Shader.tags),
        (cast(col(Shader.weighted_score), Double) / FULL_WEIGHT).label("score"),
        cast(extract("epoch", col(Shader.published_at)), Double).label("published_at"),
        chosen.c.fresh,
        func.coalesce(col(Exposure.looked), 0).label("looked"),
        col(Shader.ai_label),
        col(StyleVector.embedder_id),
        func.halfvec_send(col(StyleVector.vector)).label("style"),
    )
    styled = and_(col(StyleVector.shader_id) == col(Shader.id), col(StyleVector.embedder_id) == serving())
    return Prepared.of(
        cards(*columns)
        .join(chosen, chosen.c.id == col(Shader.id))
        .outerjoin(Exposure, col(Exposure.shader_id) == col(Shader.id))
        .outerjoin(StyleVector, styled)
    )
