"""What other sites show in place of a link."""

import re

import httpx2
import pytest

from services.contracts.shaders import Visibility
from services.core.kit.database import Database
from tests.factories import make_shader, make_user

SITE = "http://localhost:8000"
OEMBED = "/api/v1/oembed"


@pytest.fixture
async def work(database: Database) -> str:
    """A public work whose names are full of markup."""
    async with database.write() as session:
        author = await make_user(session, handle="ada", display_name='Ada "<b>"')
        return (await make_shader(session, author=author, title='<script>"&')).id


async def test_a_work_is_a_frame_and_a_picture(client: httpx2.AsyncClient, work: str) -> None:
    answer = await client.get(OEMBED, params={"url": f"{SITE}/s/{work}"})
    assert answer.status_code == 200
    found = answer.json()
    assert (found["type"], found["version"], found["width"], found["height"]) == ("rich", "1.0", 640, 360)
    assert found["title"] == '<script>"&'
    assert found["author_url"] == f"{SITE}/u/ada"
    assert found["thumbnail_url"].startswith(f"{SITE}/renders/still/")
    assert f'src="{SITE}/embed/{work}"' in found["html"]
    assert found["html"].count("<") == 2, "titles are text"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "public" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("room", "size"),
    [
        ({"maxwidth": 320}, (320, 180)),
        ({"maxheight": 90}, (160, 90)),
        ({"maxwidth": 1000, "maxheight": 100}, (177, 99)),
        ({"maxwidth": 10_000}, (1920, 1080)),
        ({"maxwidth": 1, "maxheight": 1}, (1, 1)),
    ],
)
async def test_it_fits_into_the_room(
    client: httpx2.AsyncClient, work: str, room: dict[str, int], size: tuple[int, int]
) -> None:
    found = (await client.get(OEMBED, params={"url": f"{SITE}/s/{work}", **room})).json()
    assert (found["width"], found["height"]) == size
    assert re.search(rf'width="{size[0]}" height="{size[1]}"', found["html"])


async def test_all_addresses_of_a_work(client: httpx2.AsyncClient, work: str) -> None:
    for path in (f"/s/{work}/v/1", f"/embed/{work}", f"/s/{work}?from=a#code"):
        assert (await client.get(OEMBED, params={"url": SITE + path})).status_code == 200, path


async def test_what_is_not_ours_or_not_public_is_not_found(client: httpx2.AsyncClient, database: Database) -> None:
    async with database.write() as session:
        draft = await make_shader(session, author=await make_user(session), visibility=Visibility.DRAFT)
    strange = ("http://evil.example/s/abc", f"{SITE}/u/ada", "javascript:1", "http://[", f"{SITE}/s/{draft.id}", "")
    for url in strange:
        answer = await client.get(OEMBED, params={"url": url})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), url


async def test_only_json(client: httpx2.AsyncClient, work: str) -> None:
    for form in ("xml", "JSON", "", "a" * 20):
        answer = await client.get(OEMBED, params={"url": f"{SITE}/s/{work}", "format": form})
        assert (answer.status_code, answer.json()["code"]) == (422, "format_not_offered"), form
    assert (await client.get(OEMBED)).status_code == 422
