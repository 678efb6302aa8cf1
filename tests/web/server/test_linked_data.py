"""What machines read about a shader in its document."""

import json
import re
from typing import Any

import httpx2
import pytest

from services.core.kit.database import Database
from services.core.licences import LICENCES
from services.web.server.linked_data import licence_url
from tests.factories import make_shader, make_user

SITE = "http://localhost:8000"
NASTY = '</script><script>alert("1")</script>&'


def linked(page: httpx2.Response) -> dict[str, Any]:
    """The JSON-LD of a document."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    assert found
    content: dict[str, Any] = json.loads(found[1])
    return content


async def test_a_shader_is_a_creative_work(web: httpx2.AsyncClient, database: Database) -> None:
    async with database.write() as session:
        ada = await make_user(session, handle="ada", display_name="Ada")
        shader = await make_shader(session, author=ada, title=NASTY, licence="CC-BY-SA-4.0", tags=["water"])
    page = await web.get(f"/s/{shader.id}")
    found = linked(page)
    assert (found["@type"], found["name"], found["keywords"]) == ("CreativeWork", NASTY, ["water"])
    assert found["author"] == {"@type": "Person", "name": "Ada", "url": f"{SITE}/u/ada"}
    assert found["license"] == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert found["image"]["url"] == f"{SITE}/renders/{shader.still_name}"
    assert NASTY not in page.text


async def test_the_document_names_its_oembed_and_its_one_address(web: httpx2.AsyncClient, database: Database) -> None:
    async with database.write() as session:
        shader = await make_shader(session, author=await make_user(session), title=NASTY)
    page = await web.get(f"/s/{shader.id}/v/1")
    found = re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', page.text)
    assert found
    assert found[1].startswith(f"{SITE}/api/v1/oembed?url=http%3A%2F%2Flocalhost%3A8000%2Fs%2F{shader.id}")
    assert f'<link rel="canonical" href="{SITE}/s/{shader.id}">' in page.text
    assert "application/ld+json" not in (await web.get("/")).text


@pytest.mark.parametrize("licence", LICENCES)
def test_every_licence_can_be_read_somewhere(licence: str) -> None:
    url = licence_url(licence)
    assert (url is None) == (licence == "all-rights-reserved")
    assert url is None or url.startswith("https://")
