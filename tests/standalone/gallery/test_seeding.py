"""Publishing the gallery over the real API: once, after any interruption, and no more than that."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from services.core.accounts import admin
from services.core.accounts.models import Plan
from services.core.kit.database import Database
from services.standalone.gallery.catalogue import load
from services.standalone.gallery.seeding import Seeding
from services.standalone.gallery.visitor import Visitor
from tests.factories import SOURCE

LIST = """
[[authors]]
handle = "ada"
display_name = "Ada"
bio = "Water."

[[authors]]
handle = "bob"
display_name = "Bob"

[[works]]
slug = "tide"
title = "Tide"
author = "ada"
dialect = "shadertoy"
still_time = 1.0
tags = ["water"]
versions = [{ file = "tide.v1.frag" }, { file = "tide.v2.frag", note = "Softer" }, { file = "tide.frag" }]

[[works]]
slug = "night"
title = "Night tide"
author = "bob"
dialect = "shadertoy"
still_time = 2.0
fork_of = "tide"
"""
FILES = ("tide.v1", "tide.v2", "tide", "night", *(f"small-{number}" for number in range(6)))


class Killed(BaseException):
    """Stands for a kill -9: nothing catches it."""


class Mortal(httpx2.AsyncBaseTransport):
    """Kills the seeding when the site has done the n-th request, so that its answer is lost."""

    def __init__(self, inner: httpx2.AsyncBaseTransport, lives: int) -> None:
        self.inner = inner
        self.lives = lives

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        answer = await self.inner.handle_async_request(request)
        self.lives -= 1
        if self.lives < 0:
            raise Killed
        return answer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A list of eight works: one with versions, its fork, and more than the free plan allows."""
    small = "".join(
        f'\n[[works]]\nslug = "small-{n}"\ntitle = "Small {n}"\nauthor = "ada"\ndialect = "shadertoy"\n'
        for n in range(6)
    )
    (tmp_path / "gallery.toml").write_text(LIST + small)
    for name in FILES:
        (tmp_path / f"{name}.frag").write_text(f"// {name}\n{SOURCE}")
    return tmp_path


async def seed(app: FastAPI, database: Database, folder: Path, lives: int = 10_000) -> int:
    """Run the seeding until it ends or is killed; how many requests it has made."""

    async def entitle(handle: str) -> None:
        async with database.write() as session:
            await admin.set_plan(session, handle, Plan.PRO)

    transport = Mortal(httpx2.ASGITransport(app), lives)
    catalogue = load(folder)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        authors = {one.handle: Visitor(client, one.handle, f"secret of {one.handle}") for one in catalogue.authors}
        seeding = Seeding(catalogue, folder, folder / "memory.json", authors)
        if not seeding.is_complete:
            await seeding.run(entitle, lambda _: None)
    return lives - transport.lives


async def published(app: FastAPI) -> list[tuple[Any, ...]]:
    """What the authors find, drawn or not: author, title, newest version, whether a fork, still time, tags."""
    found = []
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        for handle in ("ada", "bob"):
            author = Visitor(client, handle, f"secret of {handle}")
            await author.register(handle)
            for card in (await author.call("GET", f"/api/v1/users/{handle}/shaders"))["items"]:
                work = await author.call("GET", f"/api/v1/shaders/{card['id']}")
                fork = bool(work["parent"])
                found.append((handle, work["title"], work["version"], fork, work["still_time"], work["tags"]))
    return sorted(found)


EXPECTED = sorted(
    [
        ("ada", "Tide", 3, False, 1.0, ["water"]),
        ("bob", "Night tide", 1, True, 2.0, []),
        *(("ada", f"Small {number}", 1, False, None, []) for number in range(6)),
    ]
)


async def test_all_of_it_is_published_beyond_the_free_plan(app: FastAPI, database: Database, folder: Path) -> None:
    await seed(app, database, folder)
    assert await published(app) == EXPECTED


async def test_a_second_run_asks_for_nothing(app: FastAPI, database: Database, folder: Path) -> None:
    await seed(app, database, folder)
    assert await seed(app, database, folder) == 0


async def test_a_kill_at_any_request_doubles_and_loses_nothing(app: FastAPI, database: Database, folder: Path) -> None:
    lives = 0
    while True:
        try:
            await seed(app, database, folder, lives)
        except Killed:
            lives += 1
        else:
            break
    assert lives > 10
    assert await published(app) == EXPECTED


async def test_a_lost_memory_finds_the_works_by_their_titles(app: FastAPI, database: Database, folder: Path) -> None:
    await seed(app, database, folder)
    (folder / "memory.json").unlink()
    await seed(app, database, folder)
    assert await published(app) == EXPECTED


async def test_a_new_version_in_the_list_is_added(app: FastAPI, database: Database, folder: Path) -> None:
    await seed(app, database, folder)
    (folder / "tide.v4.frag").write_text(f"// four\n{SOURCE}")
    listed = (folder / "gallery.toml").read_text()
    (folder / "gallery.toml").write_text(
        listed.replace('{ file = "tide.frag" }', '{ file = "tide.frag" }, { file = "tide.v4.frag" }')
    )
    await seed(app, database, folder)
    assert ("ada", "Tide", 4, False, 1.0, ["water"]) in await published(app)


async def test_a_work_that_was_deleted_stays_deleted(app: FastAPI, database: Database, folder: Path) -> None:
    await seed(app, database, folder)
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        ada = Visitor(client, "ada", "secret of ada")
        await ada.register("Ada")
        works = await ada.call("GET", "/api/v1/users/ada/shaders")
        gone = next(work["id"] for work in works["items"] if work["title"] == "Small 3")
        await ada.call("DELETE", f"/api/v1/shaders/{gone}")
    (folder / "gallery.toml").write_text(
        (folder / "gallery.toml").read_text()
        + '\n[[works]]\nslug = "late"\ntitle = "Late"\nauthor = "ada"\ndialect = "shadertoy"\n'
    )
    (folder / "late.frag").write_text(f"// late\n{SOURCE}")
    await seed(app, database, folder)
    titles = [title for _, title, *_ in await published(app)]
    assert "Late" in titles
    assert "Small 3" not in titles
