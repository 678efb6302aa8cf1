"""The sitemap lists what is public, in parts, and asks the API rarely."""

from xml.etree import ElementTree

import httpx2
import pytest

from services.contracts.shaders import Visibility
from services.core.kit.database import Database
from services.core.kit.errors import UnavailableError
from services.web.server import sitemap
from tests.factories import make_shader, make_user

SITE = "http://localhost:8000"


def locations(answer: httpx2.Response) -> list[str]:
    """The addresses in a sitemap or index; those of pictures are not."""
    root = ElementTree.fromstring(answer.content)  # noqa: S314 -- our own
    return [loc.text or "" for loc in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


async def test_public_shaders_and_their_authors(web: httpx2.AsyncClient, database: Database) -> None:
    async with database.write() as session:
        ada = await make_user(session, handle="ada")
        shown = await make_shader(session, author=ada)
        for visibility in (Visibility.DRAFT, Visibility.UNLISTED):
            await make_shader(session, author=ada, visibility=visibility)
    index = await web.get("/sitemap.xml")
    assert index.headers["content-type"] == "application/xml"
    assert locations(index) == [f"{SITE}/sitemap-0.xml", f"{SITE}/sitemap-1.xml"]
    assert locations(await web.get("/sitemap-0.xml")) == [
        f"{SITE}{path}" for path in ("/", "/explore", "/desires", "/about", "/u/ada")
    ]
    part = await web.get("/sitemap-1.xml")
    assert locations(part) == [f"{SITE}/s/{shown.id}"]
    assert f"<image:loc>{SITE}/renders/{shown.still_name}</image:loc>" in part.text
    assert (await web.get("/sitemap-2.xml")).status_code == 404


async def test_parts_and_pages(web: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "_PART", 3)
    monkeypatch.setattr(sitemap, "_PAGE", 2)
    async with database.write() as session:
        ada = await make_user(session)
        ids = [(await make_shader(session, author=ada)).id for _ in range(7)]
    assert len(locations(await web.get("/sitemap.xml"))) == 4
    found = [place for part in (1, 2, 3) for place in locations(await web.get(f"/sitemap-{part}.xml"))]
    assert found == [f"{SITE}/s/{name}" for name in reversed(ids)]


async def test_a_walk_is_kept_also_while_the_api_is_down(
    web: httpx2.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with database.write() as session:
        await make_shader(session, author=await make_user(session))
    monkeypatch.setattr(sitemap, "_FRESH_SECONDS", -1)
    before = (await web.get("/sitemap-1.xml")).text

    async def down(*_: object) -> None:
        raise UnavailableError

    monkeypatch.setattr(sitemap, "_all_cards", down)
    assert (await web.get("/sitemap-1.xml")).text == before


async def test_without_any_walk_an_outage_is_one(web: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*_: object) -> None:
        raise UnavailableError

    monkeypatch.setattr(sitemap, "_all_cards", down)
    assert (await web.get("/sitemap.xml")).status_code == 503


async def test_robots_name_it(web: httpx2.AsyncClient) -> None:
    assert f"Sitemap: {SITE}/sitemap.xml" in (await web.get("/robots.txt")).text
