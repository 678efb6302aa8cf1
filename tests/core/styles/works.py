"""Works with pictures in a store, for tests of style vectors."""

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image
from sqlalchemy import update
from sqlmodel import col

from services.core.accounts.models import User
from services.core.kit.database import Database
from services.core.kit.storage import ObjectStore
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Render
from tests.factories import SOURCE, make_shader, make_user

Colour = tuple[int, int, int]
BLUE, RED = (20, 40, 160), (190, 30, 20)


def still(colour: Colour, *, stripes: int = 0) -> bytes:
    """A picture of one colour, with light stripes."""
    pixels = np.full((360, 640, 3), colour, np.uint8)
    for number in range(stripes):
        pixels[:, number * 640 // stripes : number * 640 // stripes + 12] = 255
    return _webp([pixels])


def loop(colour: Colour, frames: int = 8) -> bytes:
    """A short animation of a bar that goes to the right."""
    drawn = []
    for number in range(frames):
        pixels = np.full((180, 320, 3), colour, np.uint8)
        pixels[:, number * 36 : number * 36 + 36] = 255
        drawn.append(pixels)
    return _webp(drawn)


def _webp(frames: Sequence[np.ndarray[Any, Any]]) -> bytes:
    file = io.BytesIO()
    first, *rest = [Image.fromarray(frame) for frame in frames]
    first.save(file, "WEBP", save_all=bool(rest), append_images=rest, duration=100, lossless=True)
    return file.getvalue()


async def make_work(
    database: Database,
    store: ObjectStore,
    *,
    author: User | None = None,
    source: str = SOURCE,
    picture: bytes | None = None,
    moving: bytes | None = None,
    **fields: Any,
) -> str:
    """A published work whose still is in the store (and its loop, if one is given); gives its id."""
    names = {
        "still_name": await store.put("still", picture or still(BLUE), "webp"),
        "preview_name": None if moving is None else await store.put("preview", moving, "webp"),
    }
    async with database.write() as session:
        shader = await make_shader(session, author=author or await make_user(session), source=source, **fields)
        await session.execute(update(Render).where(col(Render.shader_id) == shader.id).values(names))
        await refresh_listing(session, shader.id)
    return shader.id
