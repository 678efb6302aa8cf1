"""The object store: immutable, content-addressed bytes in a folder or an S3-compatible bucket.

A name is `<prefix>/<first two hex digits>/<sha-256 of the bytes>.<extension>`, so writing the same bytes twice is
harmless and a stored object never changes. Smaller copies of a picture lie beside it, under its name and a word behind
the hash. What nothing names any more is deleted (core/renders/pictures.py).
"""

import hashlib
import re
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from services.core.kit.errors import NotFoundError, UnavailableError
from services.core.kit.settings import StorageSettings

CONTENT_TYPES = {
    "webp": "image/webp",
    "jpg": "image/jpeg",
    "png": "image/png",
    "avif": "image/avif",
    "mp4": "video/mp4",
}
_NAME = re.compile(r"([a-z]{1,16}/[0-9a-f]{2}/[0-9a-f]{64})(-[a-z0-9]{1,8})?\.(webp|jpg|png|avif|mp4)")


def content_name(prefix: str, data: bytes, extension: str) -> str:
    """The name under which `data` is stored; `prefix` is a lower-case word such as `still`."""
    digest = hashlib.sha256(data).hexdigest()
    return f"{prefix}/{digest[:2]}/{digest}.{extension}"


def copy_name(name: str, word: str, extension: str) -> str:
    """The name of a copy of the WebP file `name`, such as one that is 320 pixels wide."""
    return f"{name.removesuffix('.webp')}-{word}.{extension}"


def original_name(name: str) -> str:
    """The name of the object of which `name` is a copy, or `name`."""
    match = _NAME.fullmatch(name)
    return f"{match[1]}.webp" if match is not None and match[2] else name


def is_object_name(name: str) -> bool:
    """Whether `name` has the form that `content_name` or `copy_name` gives; nothing else is ever looked up."""
    return _NAME.fullmatch(name) is not None


class ObjectStore:
    """Reads and writes objects; raises `NotFoundError` for an absent one, `UnavailableError` when the store is down."""

    def __init__(self, settings: StorageSettings) -> None:
        self._store = _open(settings)

    async def put(self, prefix: str, data: bytes, extension: str) -> str:
        """Store `data` and return its name."""
        name = content_name(prefix, data, extension)
        await self._write(name, data)
        return name

    async def put_copy(self, name: str, word: str, data: bytes, extension: str) -> None:
        """Store `data` beside the object `name`, as a copy of it."""
        await self._write(copy_name(name, word, extension), data)

    async def _write(self, name: str, data: bytes) -> None:
        try:
            await obstore.put_async(self._store, name, data)
        except (BaseError, OSError) as error:
            raise UnavailableError("The picture store is down at the moment") from error

    async def names(self, folder: str, *, before: datetime) -> list[str]:
        """The objects in `folder`, such as `still/0f`, that were last stored before that time."""
        try:
            pages = [page async for page in obstore.list(self._store, folder)]
        except FileNotFoundError:
            return []
        except (BaseError, OSError) as error:
            raise UnavailableError("The picture store is down at the moment") from error
        found = [each for page in pages for each in page if each["last_modified"] < before]
        return [each["path"] for each in found if is_object_name(each["path"])]

    async def delete(self, name: str) -> None:
        """Delete an object; an absent one is no error."""
        try:
            await obstore.delete_async(self._store, name)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as error:
            raise UnavailableError("The picture store is down at the moment") from error

    async def get(self, name: str) -> bytes:
        """The bytes under `name`."""
        if not is_object_name(name):
            raise NotFoundError
        try:
            result = await obstore.get_async(self._store, name)
            return bytes(await result.bytes_async())
        except FileNotFoundError as error:
            raise NotFoundError from error
        except (BaseError, OSError) as error:
            raise UnavailableError("The picture store is down at the moment") from error


def _open(settings: StorageSettings) -> LocalStore | S3Store:
    url = urlsplit(settings.url)
    if url.scheme == "file":
        folder = Path(unquote(url.path))
        folder.mkdir(parents=True, exist_ok=True)
        return LocalStore(folder)
    if url.scheme == "s3":
        options: dict[str, Any] = {"endpoint": settings.endpoint} if settings.endpoint else {}
        if settings.endpoint and settings.endpoint.startswith("http://"):
            options["client_options"] = {"allow_http": True}
        return S3Store(url.netloc, prefix=url.path.strip("/") or None, **options)
    raise ValueError("FRACTAFRAG_STORAGE_URL must begin with file:// or s3://")
