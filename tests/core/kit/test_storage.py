"""Objects are immutable, named by content, and only names of that form are looked up."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.core.kit.errors import NotFoundError, UnavailableError
from services.core.kit.settings import StorageSettings
from services.core.kit.storage import ObjectStore, content_name, copy_name, is_object_name, original_name


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(StorageSettings(url=f"file://{tmp_path}/objects"))


async def test_an_object_comes_back(store: ObjectStore) -> None:
    name = await store.put("still", b"picture", "webp")
    assert name == content_name("still", b"picture", "webp")
    assert is_object_name(name)
    assert await store.get(name) == b"picture"


async def test_a_copy_lies_beside_its_original(store: ObjectStore) -> None:
    name = await store.put("kept", b"large", "webp")
    await store.put_copy(name, "share", b"small", "jpg")
    copy = copy_name(name, "share", "jpg")
    assert is_object_name(copy)
    assert (await store.get(copy), original_name(copy), original_name(name)) == (b"small", name, name)


async def test_the_same_bytes_twice_are_one_object(store: ObjectStore) -> None:
    assert await store.put("still", b"a", "webp") == await store.put("still", b"a", "webp")


@pytest.mark.parametrize(
    "name", ["../secret", "still/aa/../../x.webp", "still/aa/" + "0" * 64 + ".webp", "", "a" * 500]
)
async def test_what_is_not_there_is_not_found(store: ObjectStore, name: str) -> None:
    with pytest.raises(NotFoundError):
        await store.get(name)


async def test_a_deleted_object_is_gone(store: ObjectStore) -> None:
    name = await store.put("still", b"a", "webp")
    await store.delete(name)
    await store.delete(name)
    with pytest.raises(NotFoundError):
        await store.get(name)


async def test_names_are_those_of_a_folder_that_are_old_enough(store: ObjectStore, tmp_path: Path) -> None:
    name = await store.put("still", b"a", "webp")
    folder, now = name.rpartition("/")[0], datetime.now(UTC)
    (tmp_path / "objects" / folder / "other.txt").write_text("no picture")
    assert await store.names(folder, before=now + timedelta(seconds=5)) == [name]
    assert await store.names(folder, before=now - timedelta(hours=1)) == []
    assert await store.names("still/none", before=now) == []


async def test_a_store_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    store = ObjectStore(StorageSettings(url=f"file://{tmp_path}/objects"))
    (tmp_path / "objects" / "still").write_bytes(b"a file where a folder should be")
    with pytest.raises(UnavailableError):
        await store.put("still", b"picture", "webp")


def test_an_unknown_scheme_is_refused() -> None:
    with pytest.raises(ValueError, match="file:// or s3://"):
        ObjectStore(StorageSettings(url="ftp://somewhere"))
