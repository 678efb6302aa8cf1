"""The feed learns a style from the vectors of what one liked, and never compares those of two embedders."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import httpx2
import numpy as np
import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from services.core.feed import pool, taste
from services.core.feed.domain import erase
from services.core.feed.models import StyleTaste
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.shaders.models import Shader
from services.core.styles.models import DIM, StyleEmbedderState, StyleVector
from tests.api.feeds import EVENTS, FEED, learn, make_works, user_of, vote
from tests.api.walks import page_of
from tests.fixtures.accounts import register


async def give_vectors(database: Database, works: Sequence[str], embedder_id: str, *, age: timedelta) -> None:
    """Every second work is like the first, the others like the second; the youngest embedder serves."""
    directions = np.eye(DIM, dtype=np.float32)
    async with database.write() as session:
        session.add(StyleEmbedderState(id=embedder_id, complete_at=utc_now() - age))
        for number, shader_id in enumerate(works):
            vector = directions[number % 2]
            session.add(StyleVector(shader_id=shader_id, embedder_id=embedder_id, version=1, basis="", vector=vector))


async def style_of(database: Database, user_id: UUID) -> tuple[str, list[float]] | None:
    async with database.read() as session:
        row = (await session.scalars(select(StyleTaste).where(col(StyleTaste.user_id) == user_id))).one_or_none()
        return None if row is None else (row.embedder_id, np.array(row.vector, np.float32)[:3].tolist())


async def styled_in(client: httpx2.AsyncClient) -> list[str]:
    """Those of the first page that are there for their style."""
    items = (await page_of(client, FEED, limit=15))["items"]
    return [item["id"] for item in items if {"kind": "style", "tag": None} in item["reasons"]]


async def test_a_style_is_learnt_and_shown(client: httpx2.AsyncClient, database: Database) -> None:
    works = await make_works(database, *({} for _ in range(40)))
    await give_vectors(database, works, "one", age=timedelta(0))
    ada = await register(client, "ada")
    user_id = await user_of(database, "ada")
    for liked in works[:8:2]:
        await vote(ada, liked)
    await vote(ada, works[1], "down")
    await learn(database, "ada")
    found = await style_of(database, user_id)
    assert found is not None
    assert found[1] == pytest.approx([0.97, -0.24, 0], abs=0.01)
    styled = await styled_in(ada)
    assert len(styled) >= 10
    assert set(styled) <= set(works[::2])
    await ada.put(f"{FEED}/taste", json={"learning": False})
    assert await style_of(database, user_id) is None
    assert await styled_in(ada) == []


async def test_vectors_of_two_embedders_are_never_compared(client: httpx2.AsyncClient, database: Database) -> None:
    works = await make_works(database, *({} for _ in range(20)))
    await give_vectors(database, works, "old", age=timedelta(hours=1))
    ada = await register(client, "ada")
    user_id = await user_of(database, "ada")
    for liked in works[:8:2]:
        await vote(ada, liked)
    await learn(database, "ada")
    assert await styled_in(ada)
    await give_vectors(database, works, "new", age=timedelta(0))
    assert await styled_in(ada) == []
    async with database.write() as session:
        await session.execute(text("DELETE FROM outbox"))
        assert await taste.schedule_outdated(session) == 1
        assert await session.scalar(text("SELECT payload ->> 'user_id' FROM outbox")) == str(user_id)
    await learn(database, "ada")
    assert (await style_of(database, user_id) or ("",))[0] == "new"
    assert await styled_in(ada)
    async with database.write() as session:
        assert await taste.schedule_outdated(session) == 0


async def test_it_goes_with_the_account_and_with_what_it_was_learnt_from(
    client: httpx2.AsyncClient, database: Database
) -> None:
    works = await make_works(database, *({} for _ in range(4)))
    await give_vectors(database, works, "one", age=timedelta(0))
    ada, bob = await register(client, "ada"), await register(client, "bob")
    for reader, handle in ((ada, "ada"), (bob, "bob")):
        await vote(reader, works[0])
        await learn(database, handle)
    async with database.write() as session:
        await erase(session, await user_of(database, "ada"), utc_now())
    assert await style_of(database, await user_of(database, "ada")) is None
    exported = (await bob.get("/api/v1/users/me/export")).json()["style_taste"]
    assert [row["embedder_id"] for row in exported] == ["one"]
    async with database.write() as session:
        await session.execute(update(Shader).values(deleted_at=utc_now(), listed=False))
    await learn(database, "bob")
    assert await style_of(database, await user_of(database, "bob")) is None


async def test_works_near_to_what_one_likes_are_candidates_wherever_they_stand(
    client: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in (("HOTTEST", 2), ("NEWEST", 2), ("FRESH", 0)):
        monkeypatch.setattr(pool, name, size)
    # The statement of the pools is made once for a process.
    monkeypatch.setattr(pool, "_everybodys", pool._everybodys.__wrapped__)
    works = await make_works(database, *({} for _ in range(26)))
    await give_vectors(database, works, "one", age=timedelta(0))
    ada = await register(client, "ada")
    for liked in works[:4:2]:
        await vote(ada, liked)
    assert not set(works[4:20]) & set(await _shown(ada))
    await learn(database, "ada")
    alike = set(works[4::2])
    assert set(await _shown(ada)) >= alike
    # What was seen makes room, and what goes from the lists goes from the feed.
    await ada.post(EVENTS, json={"events": [{"shader_id": one, "kind": "impression"} for one in works[4:12]]})
    async with database.write() as session:
        await session.execute(update(Shader).where(col(Shader.id) == works[12]).values(listed=False))
    shown = set(await _shown(ada))
    assert shown >= alike - set(works[4:13])
    assert not set(works[4:13]) & shown


async def _shown(client: httpx2.AsyncClient) -> list[str]:
    return [item["id"] for item in (await page_of(client, FEED, limit=50))["items"]]
