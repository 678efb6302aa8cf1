"""docs/api/feed.md: its commands run as they stand, and it names every route and refusal of its domains."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import APIRouter

from services.api.routes import feed, votes
from services.api.routes.shaders import search
from services.api.settings import ApiSettings
from services.core.kit.database import Database
from tests.docs.guide import DOCS, run_commands, serving
from tests.factories import make_shader, make_user

GUIDE = (DOCS / "api/feed.md").read_text()


@pytest.fixture
async def site(settings: ApiSettings, database: Database, redis_client: object) -> AsyncIterator[str]:
    async with database.write() as session:
        ada = await make_user(session, handle="ada")
        for title in ("Tide pool", "Water and noise", "Neon rain"):
            await make_shader(session, author=ada, title=title, tags=["noise", "2d"])
    async with serving(settings) as address:
        yield address


async def test_the_commands_run_as_they_stand(site: str, tmp_path: Path) -> None:
    text = await run_commands(GUIDE, site, tmp_path)
    assert text.count('"items"') == 4 + 1 + 4 + 1
    for expected in ('"title" : "Tide pool"', '"value":"up"', '"value":"none"', '"accepted":2'):
        assert expected in text, text


@pytest.mark.parametrize("router", [*feed.ROUTERS, search.router, votes.router])
def test_every_route_is_shown(router: APIRouter) -> None:
    for route in router.routes:
        path = str(getattr(route, "path", "")).removeprefix("/api/v1").replace("{shader_id}", "$ID")
        path = path.replace("{tag}", "$TAG")
        assert f"$API{path}" in GUIDE, path


@pytest.mark.parametrize(
    "code",
    [
        "own_work",
        "relevance_without_text",
        "invalid_filter",
        "unknown_licence",
        "invalid_cursor",
        "invalid_mute",
        "too_many_mutes",
    ],
)
def test_every_refusal_is_named(code: str) -> None:
    assert f"`{code}`" in GUIDE
