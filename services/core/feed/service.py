"""The personal feed.

A paging session begins with a request without a cursor: candidates (pool.py) are ranked for the user (ranking.py) and
laid out in pages; the first is answered, the ranking is kept (paging.py) and the cursor names the session and the page.
So a session shows each shader at most once, whatever is voted meanwhile; one that is hidden or deleted by then, or that
the user mutes, is left out. The size of the pages is that of the first. A session holds up to `MOST_SHADERS` and then
ends.

Left out from the start are the user's own shaders, those they voted down and what they muted; what they have voted up,
looked at or been shown lately comes later. Without Redis there is a first page and no cursor. Each card says why it is
there (reasons.py).
"""

import secrets
from collections import ChainMap
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from uuid import UUID

import numpy as np
import structlog
from sqlalchemy import String, any_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import col

from services.core.feed.candidates import Candidates
from services.core.feed.memory import FAVOURITE_TAGS, Memories
from services.core.feed.mutes import not_muted_by
from services.core.feed.paging import PagingEndedError, PagingSessions, Walk
from services.core.feed.pool import CandidatePools
from services.core.feed.ranking import Reader, rank, terms_of
from services.core.feed.reasons import TAG_FROM, hints_of, reasons_text, with_reasons
from services.core.kit.database import Database
from services.core.kit.errors import UnavailableError
from services.core.kit.pagination import JsonPage, decode_cursor, encode_cursor
from services.core.kit.redis.guard import RedisGuard
from services.core.kit.statements import Prepared, placeholder
from services.core.kit.tables import utc_now
from services.core.shaders.models import Shader
from services.core.shaders.views import cards

MOST_SHADERS = 300

log = structlog.get_logger("feed")


class PersonalFeed:
    """Feeds of signed-in users; candidates are read anew after `pool_seconds`."""

    def __init__(self, database: Database, guard: RedisGuard, *, pool_seconds: float) -> None:
        self._database = database
        self._memories = Memories(database)
        self._pools = CandidatePools(database, seconds=pool_seconds)
        self._paging = PagingSessions(guard)

    async def page(self, user_id: UUID, *, cursor: str | None, limit: int) -> JsonPage:
        """The first page of a new session, or the page that `cursor` names.

        Raises `InvalidCursorError`; `UnavailableError` for a cursor without Redis.
        """
        if cursor is None:
            return await self._begin(user_id, limit)
        token, number = decode_cursor(_listing(user_id), cursor, str, int)
        walk = await self._paging.read(user_id, token)
        pages = walk.pages()
        if not 0 <= number < len(pages):
            raise PagingEndedError
        statement = _listed_cards()
        wanted = walk.ids(pages[number])
        rows = await self._database.rows(statement.sql, *statement.values(ids=wanted, reader=user_id))
        found = {row["id"]: row for row in rows}
        items = [
            with_reasons(row["card"], reasons_text(walk.hints[place], row["tags"], walk.liked))
            for place, shader_id in zip(pages[number], wanted, strict=True)
            if (row := found.get(shader_id)) is not None
        ]
        more = number + 1 < len(pages)
        return JsonPage(items, encode_cursor(_listing(user_id), token, number + 1) if more else None)

    async def _begin(self, user_id: UUID, limit: int) -> JsonPage:
        memory = await self._memories.of(user_id)
        pools = [await self._pools.everybodys()]
        pools += [await self._pools.of_tag(tag) for tag, _ in memory.liked[:FAVOURITE_TAGS]]
        if memory.near:
            pools.append(await self._pools.of_works(memory.near))
        candidates = Candidates.joined([pool.candidates for pool in pools])
        # Vectors of two embedders are never compared: until the taste is learnt anew it goes by tags.
        same = {memory.embedder_id} >= {pool.embedder_id for pool in pools if pool.embedder_id is not None}
        reader = memory.reader if same else replace(memory.reader, style=None)
        if len(pools) > 1 and (gone := await self._pools.gone()):
            reader = replace(reader, unwanted={*reader.unwanted, *gone})
        walk = self._walk(candidates, reader, memory.liked, limit)
        places = walk.first_page()
        found = ChainMap(*(pool.cards for pool in pools))
        items = [
            with_reasons(card, reasons_text(walk.hints[place], tags, walk.liked))
            for place, (card, tags) in zip(places, map(found.__getitem__, walk.ids(places)), strict=True)
        ]
        return JsonPage(items, await self._keep(user_id, walk) if len(items) < len(walk.names) else None)

    def _walk(self, candidates: Candidates, reader: Reader, liked: Sequence[tuple[str, float]], limit: int) -> Walk:
        """The candidates in their order."""
        vocabulary = self._pools.vocabulary
        seed, now = secrets.randbits(62), utc_now().timestamp()
        terms = terms_of(candidates, reader, vocabulary, seed=seed, now=now)
        ranked = rank(candidates, reader, terms, vocabulary, most=MOST_SHADERS)
        return Walk(
            size=limit,
            names=candidates.names[ranked],
            authors=candidates.authors[ranked].astype(np.uint32),
            roots=candidates.roots[ranked].astype(np.uint32),
            hints=hints_of(candidates, terms)[ranked].tobytes(),
            liked={tag: round(weight, 4) for tag, weight in liked if weight >= TAG_FROM},
        )

    async def _keep(self, user_id: UUID, walk: Walk) -> str | None:
        try:
            token = await self._paging.keep(user_id, walk)
        except UnavailableError:
            log.warning("feed without paging")
            return None
        return encode_cursor(_listing(user_id), token, 1)


@cache
def _listed_cards() -> Prepared:
    ids = placeholder("ids", ARRAY(String))
    statement = cards(col(Shader.id), col(Shader.tags)).where(
        col(Shader.id) == any_(ids), col(Shader.listed), not_muted_by(placeholder("reader"))
    )
    return Prepared.of(statement)


def _listing(user_id: UUID) -> str:
    return f"feed {user_id}"
