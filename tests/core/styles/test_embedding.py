"""Vectors are made once for what a work is now, by whatever job comes, and go with the work."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlmodel import col

from services.api.settings import ApiSettings
from services.contracts.shaders import Visibility
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.core.kit.storage import ObjectStore
from services.core.privacy.deletion import delete_account
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Render, Shader
from services.core.styles import embedding, repository
from services.core.styles.embedder import StyleEmbedder, Tables, Work, load
from services.core.styles.embedding import StyleVectors
from services.core.styles.jobs import CATCH_UP
from services.core.styles.models import StyleEmbedderState, StyleVector
from tests.core.styles.works import BLUE, RED, loop, make_work, still
from tests.factories import make_user, make_version
from tests.fixtures.forks import ForkedProcess
from tests.fixtures.processes import environment
from tests.fixtures.worker import eventually


async def stored(database: Database) -> list[StyleVector]:
    async with database.read() as session:
        return list((await session.scalars(select(StyleVector).order_by(col(StyleVector.shader_id)))).all())


async def change(database: Database, shader_id: str, **values: Any) -> None:
    async with database.write() as session:
        if values:
            await session.execute(update(Shader).where(col(Shader.id) == shader_id).values(values))
        await refresh_listing(session, shader_id)


async def look(database: Database, vectors: StyleVectors) -> int:
    async with database.write() as session:
        return await vectors.look(session)


def another(name: str) -> StyleEmbedder:
    """An embedder with the same numbers under another name."""
    tables: Tables = load()._tables
    return StyleEmbedder(tables, name)


async def test_a_vector_is_made_once_for_what_a_work_is_now(
    database: Database, store: ObjectStore, vectors: StyleVectors
) -> None:
    work = await make_work(database, store, title="Tide 🌊", tags=["sea"])
    assert await vectors.embed(work)
    assert not await vectors.embed(work)
    first = (await stored(database))[0]
    assert (first.version, first.embedder_id, len(first.vector)) == (1, load().id, 512)
    for values in ({"title": "Dune"}, {"tags": ["sand"]}):
        await change(database, work, **values)
        assert await vectors.embed(work)
    async with database.write() as session:
        name = await store.put("preview", loop(BLUE), "webp")
        await session.execute(update(Render).values(preview_name=name))
    await change(database, work)
    assert await vectors.embed(work)
    assert not await vectors.embed(work)


async def test_a_new_version_with_a_picture_replaces_the_old_ones(
    database: Database, store: ObjectStore, vectors: StyleVectors
) -> None:
    work = await make_work(database, store)
    await vectors.embed(work)
    async with database.write() as session:
        shader = await session.get_one(Shader, work)
        await make_version(session, shader, source="void main() { discard; }", rendered=False)
    assert not await vectors.embed(work)
    name = await store.put("still", still(RED), "webp")
    async with database.write() as session:
        await session.execute(update(Render).where(col(Render.version) == 2).values(still_name=name, status="ready"))
        await refresh_listing(session, work)
    assert await vectors.embed(work)
    assert [row.version for row in await stored(database)] == [2]


@pytest.mark.parametrize("pictures", [{"picture": b"no picture"}, {"moving": b"RIFF no loop"}, {"moving": loop(RED)}])
async def test_a_picture_that_cannot_be_read_leaves_the_rest(
    database: Database, store: ObjectStore, vectors: StyleVectors, pictures: dict[str, bytes]
) -> None:
    work = await make_work(database, store, **pictures)  # type: ignore[arg-type]
    assert await vectors.embed(work)
    assert not await vectors.embed(work)


async def test_a_picture_that_is_gone_leaves_the_rest(
    database: Database, store: ObjectStore, vectors: StyleVectors
) -> None:
    work = await make_work(database, store)
    async with database.read() as session:
        name = await session.scalar(select(col(Shader.still_name)))
    assert name is not None
    await store.delete(name)
    assert await vectors.embed(work)


@pytest.mark.parametrize("values", [{"visibility": Visibility.PRIVATE}, {"deleted_at": func.now()}])
async def test_what_is_nobody_elses_to_see_has_none(
    database: Database, store: ObjectStore, vectors: StyleVectors, values: dict[str, Any]
) -> None:
    work = await make_work(database, store)
    await change(database, work, **values)
    assert not await vectors.embed(work)
    assert await stored(database) == []


async def test_a_work_that_changes_meanwhile_gets_no_vector_of_what_it_was(
    database: Database, store: ObjectStore, vectors: StyleVectors
) -> None:
    work = await make_work(database, store)
    async with database.read() as session:
        made_of = await repository.inputs(session, work, load().id)
    assert made_of is not None
    await change(database, work, title="Another")
    async with database.write() as session:
        assert not await repository.put(session, load().id, made_of, load().embed(Work(made_of.source)))


async def test_vectors_go_with_the_work_and_with_the_account(
    database: Database, store: ObjectStore, vectors: StyleVectors
) -> None:
    async with database.write() as session:
        ada = await make_user(session)
    works = [await make_work(database, store, author=author) for author in (ada, None, None)]
    for work in works:
        await vectors.embed(work)
    async with database.write() as session:
        await delete_account(session, ada.id)
    assert {row.shader_id for row in await stored(database)} == set(works[1:])
    await change(database, works[1], deleted_at=func.now())
    await look(database, vectors)
    assert [row.shader_id for row in await stored(database)] == works[2:]


async def catch_up(database: Database, vectors: StyleVectors) -> None:
    """Look, do the jobs that come of it, and look again."""
    await look(database, vectors)
    while True:
        async with database.write() as session:
            asked = delete(OutboxMessage).where(col(OutboxMessage.actor) == CATCH_UP.name)
            waiting = (await session.execute(asked.returning(col(OutboxMessage.id)))).all()
        if not waiting:
            break
        await vectors.catch_up()
    await look(database, vectors)


async def serving(database: Database) -> str | None:
    async with database.read() as session:
        return await repository.serving_id(session)


async def test_a_new_embedder_serves_when_it_has_all_works_and_the_old_one_goes(
    database: Database, store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "BATCH", 2)
    works = [await make_work(database, store) for _ in range(5)]
    old, new = [StyleVectors(database, store, another(name)) for name in ("style-old", "style-new")]
    await catch_up(database, old)
    assert await serving(database) == "style-old"
    await look(database, new)
    await new.catch_up()
    assert await serving(database) == "style-old"
    assert len(await stored(database)) == 7
    await look(database, old)
    assert len(await stored(database)) == 7, "a process of the old version deletes nothing of the new one"
    await catch_up(database, new)
    assert await serving(database) == "style-new"
    await look(database, new)
    assert {(row.shader_id, row.embedder_id) for row in await stored(database)} == {(w, "style-new") for w in works}
    async with database.read() as session:
        assert (await session.scalars(select(col(StyleEmbedderState.id)))).all() == ["style-new"]


async def test_batches_at_once_make_each_vector_once(
    database: Database, store: ObjectStore, vectors: StyleVectors
) -> None:
    for _ in range(4):
        await make_work(database, store)
    made = await asyncio.gather(*(vectors.catch_up() for _ in range(3)))
    assert sum(made) == 4
    async with database.read() as session:
        asked = await session.scalar(select(func.count()).where(col(OutboxMessage.actor) == CATCH_UP.name))
    assert asked == sum(count > 0 for count in made)


async def test_no_work_is_locked_while_pictures_are_read(
    database: Database, store: ObjectStore, vectors: StyleVectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await make_work(database, store)
    free, get = set(), store.get

    async def watched(name: str) -> bytes:
        async with database.write() as session:
            free.add(len((await session.scalars(select(Shader).with_for_update(skip_locked=True))).all()))
        return await get(name)

    monkeypatch.setattr(store, "get", watched)
    assert await vectors.catch_up() == 3
    assert free == {3}


async def test_each_work_has_its_vector_whoever_is_killed(
    settings: ApiSettings, database: Database, store: ObjectStore, vectors: StyleVectors, tmp_path: Path
) -> None:
    works = [await make_work(database, store, title=f"Work {number}") for number in range(40)]
    environs = environment(settings)
    dying = [
        ForkedProcess(f"dying-{n}", ["-m", "tests.core.styles.killed_process", "4", n], environs, tmp_path)
        for n in "12"
    ]
    for process in dying:
        process.start()
    await eventually(lambda: not any(process.running for process in dying), within=120)
    kills = sum(int(process.text().rpartition("killed ")[2]) for process in dying)
    assert kills > 0, "nobody was killed in the middle, so nothing was tested"
    await catch_up(database, vectors)
    assert sorted(row.shader_id for row in await stored(database)) == sorted(works)
    assert await serving(database) == load().id
