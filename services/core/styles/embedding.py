"""The worker's part: makes the vectors that are missing or out of date.

A job comes with each picture and each publication; `catch_up` finds what no job came for: another title, a work that
is public again, a job that was lost, and all works when the embedder is a new one. The old vectors serve until all
works have new ones. Everything here is idempotent and may be stopped anywhere: what is to be done is read from the
tables, and a vector is written only while the work still is what it was made of.
"""

import asyncio
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import Row

from services.core.jobs.outbox import enqueue, enqueue_once
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.kit.storage import ObjectStore
from services.core.styles import repository
from services.core.styles.code import Floats
from services.core.styles.embedder import StyleEmbedder, Work
from services.core.styles.jobs import CATCH_UP

BATCH = 32
_NOW = timedelta()
_AT_ONCE = 2_000

log = structlog.get_logger("styles")


class StyleVectors:
    """Makes vectors with one embedder."""

    def __init__(self, database: Database, store: ObjectStore, embedder: StyleEmbedder) -> None:
        self._database = database
        self._store = store
        self._embedder = embedder
        # One thread computes: a burst of pictures must not take the processor from the renderers.
        self._turn = asyncio.Lock()

    async def embed(self, shader_id: str) -> bool:
        """Make the vector of a work where it is missing or out of date; whether one was written."""
        async with self._database.read() as session:
            made_of = await repository.inputs(session, shader_id, self._embedder.id)
        if made_of is None:
            return False
        vector = await self._vector(made_of)
        async with self._database.write() as session:
            await repository.note_embedder(session, self._embedder.id)
            return await repository.put(session, self._embedder.id, made_of, vector)

    async def catch_up(self) -> int:
        """Make a batch of vectors and ask for the next one; how many were made. Where another does so, none."""
        async with self._database.write() as session:
            if not await repository.hold_catching_up(session):
                return 0
            rows = await repository.stale(session, self._embedder.id, limit=BATCH)
            # All of them first: a row that is written stays locked until the end.
            vectors = [await self._vector(made_of) for made_of in rows]
            for made_of, vector in zip(rows, vectors, strict=True):
                await repository.put(session, self._embedder.id, made_of, vector)
            if rows:
                await enqueue(session, CATCH_UP)
        return len(rows)

    async def look(self, session: WriteSession) -> int:
        """Ask for a batch where a vector is missing; else say that this embedder is complete and tidy up."""
        await repository.note_embedder(session, self._embedder.id)
        await repository.forget_deleted(session)
        if await repository.any_stale(session, self._embedder.id):
            return int(await enqueue_once(session, CATCH_UP, delay=_NOW) is not None)
        await repository.note_embedder(session, self._embedder.id, complete=True)
        return await repository.forget_retired(session, self._embedder.id, most=_AT_ONCE)

    async def _vector(self, made_of: Row[Any]) -> Floats:
        still, loop = [await self._picture(name) for name in (made_of.still_name, made_of.preview_name)]
        work = Work(made_of.source, made_of.title, made_of.tags, still, loop)
        async with self._turn:
            return await asyncio.to_thread(self._embedder.embed, work)

    async def _picture(self, name: str | None) -> bytes | None:
        if name is None:
            return None
        try:
            return await self._store.get(name)
        except NotFoundError:
            log.warning("a picture is not in the store")
            return None
