"""The purge deletes what no shader names, and only that, also beside a render that stores the same bytes."""

import asyncio
import os
import time
from pathlib import Path
from uuid import uuid4

import pytest

from services.core.identity.picture_links import PictureLinks
from services.core.kit.database import Database
from services.core.kit.errors import NotFoundError
from services.core.kit.settings import StorageSettings
from services.core.kit.storage import ObjectStore, copy_name
from services.core.kit.tables import utc_now
from services.core.renders.pictures import PARTS, purge_pictures, store_picture
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Render, Shader
from tests.factories import make_shader, make_user


class _Store(ObjectStore):
    """A store in a folder, whose objects grow old at will."""

    def __init__(self, folder: Path) -> None:
        super().__init__(StorageSettings(url=f"file://{folder}"))
        self.folder = folder

    def age(self, name: str, seconds: float) -> None:
        then = time.time() - seconds
        os.utime(self.folder / name, (then, then))

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()


@pytest.fixture
def store(tmp_path: Path) -> _Store:
    return _Store(tmp_path / "objects")


async def purge(database: Database, store: ObjectStore) -> int:
    async with database.write() as session:
        return sum([await purge_pictures(session, store, part) for part in range(PARTS)])


async def recorded(database: Database, name: str, kind: str = "still") -> str:
    """A shader that has the picture."""
    async with database.write() as session:
        shader = await make_shader(session, author=await make_user(session), rendered=False)
        setattr(await session.get_one(Render, (shader.id, 1)), f"{kind}_name", name)
        await refresh_listing(session, shader.id)
        return shader.id


async def test_what_no_shader_names_goes(database: Database, store: _Store) -> None:
    kept = {kind: await store.put(kind, kind.encode(), "webp") for kind in ("still", "preview")}
    for kind, name in kept.items():
        await recorded(database, name, kind)
    unnamed, young = await store.put("still", b"unnamed", "webp"), await store.put("preview", b"young", "webp")
    for name in (*kept.values(), unnamed):
        store.age(name, 3_700)
    store.age(young, 3_500)
    assert await purge(database, store) == 1
    assert not store.has(unnamed)
    assert all(store.has(name) for name in (*kept.values(), young))


async def test_a_kept_still_goes_with_its_copies(database: Database, store: _Store) -> None:
    names = [await store.put("kept", word, "webp") for word in (b"named", b"unnamed")]
    for name in names:
        await store.put_copy(name, "320", b"small", "webp")
        await store.put_copy(name, "share", b"for links", "jpg")
    files = [[name, copy_name(name, "320", "webp"), copy_name(name, "share", "jpg")] for name in names]
    for name in (*files[0], *files[1]):
        store.age(name, 3_700)
    await recorded(database, names[0], "kept")
    assert await purge(database, store) == 3
    assert all(store.has(name) for name in files[0])
    assert not any(store.has(name) for name in files[1])


async def test_the_last_shader_that_is_deleted_takes_it_along(database: Database, store: _Store) -> None:
    name = await store.put("still", b"shared", "webp")
    store.age(name, 3_700)
    for shader_id in [await recorded(database, name), await recorded(database, name)]:
        assert await purge(database, store) == 0
        async with database.write() as session:
            (await session.get_one(Shader, shader_id)).deleted_at = utc_now()
    assert await purge(database, store) == 1
    with pytest.raises(NotFoundError):
        await store.get(name)


class _SlowDelete(_Store):
    """Says when it is about to delete, and waits."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.deleting, self.may_delete = asyncio.Event(), asyncio.Event()

    async def delete(self, name: str) -> None:
        self.deleting.set()
        await self.may_delete.wait()
        await super().delete(name)


async def test_a_purge_beside_a_publish_loses_nothing(database: Database, tmp_path: Path) -> None:
    store = _SlowDelete(tmp_path / "objects")
    name = await store.put("still", b"again", "webp")
    store.age(name, 3_700)
    shader_id = await recorded(database, "other")

    async def publish() -> None:
        async with database.write() as session:
            found = await store_picture(session, store, "still", b"again")
            (await session.get_one(Render, (shader_id, 1))).still_name = found

    purging = asyncio.create_task(purge(database, store))
    await store.deleting.wait()
    publishing = asyncio.create_task(publish())
    await asyncio.sleep(0.1)
    assert not publishing.done(), "it waits for the purge"
    store.may_delete.set()
    assert await purging == 1
    await publishing
    assert store.has(name)


async def test_a_purge_waits_for_who_is_about_to_record(database: Database, store: _Store) -> None:
    shader_id = await recorded(database, "other")
    async with database.write() as session:
        name = await store_picture(session, store, "still", b"new")
        store.age(name, 3_700)
        purging = asyncio.create_task(purge(database, store))
        await asyncio.sleep(0.2)
        assert not purging.done()
        (await session.get_one(Render, (shader_id, 1))).still_name = name
    assert await purging == 0
    assert store.has(name)


def test_a_link_is_known_by_its_secret_alone() -> None:
    user, name = uuid4(), "still/00/" + "0" * 64 + ".webp"
    query = PictureLinks("one").grant(user).link(name)[1:]
    assert PictureLinks("one").user_of(name, query) == user
    assert PictureLinks("two").user_of(name, query) is None
