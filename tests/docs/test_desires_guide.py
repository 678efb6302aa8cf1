"""docs/api/desires.md: its commands run as they stand, and it names every route and refusal of the domain."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import APIRouter
from sqlalchemy import select, update
from sqlmodel import col

from services.api import state
from services.api.routes.desires import ROUTERS
from services.api.settings import ApiSettings
from services.contracts.shaders import RenderStatus
from services.core import desires
from services.core.desires import processing
from services.core.desires.models import Desire, Membership
from services.core.kit.database import Database
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Render
from tests.core.desires.words import matcher
from tests.docs.guide import DOCS, codes_of, run_commands, serving, unshown
from tests.factories import object_name

GUIDE = (DOCS / "api/desires.md").read_text()


async def work(database: Database) -> None:
    """What the worker and a renderer do."""
    while True:
        async with database.read() as session:
            placed = select(col(Membership.desire_id))
            waiting = (await session.scalars(select(col(Desire.id)).where(col(Desire.id).not_in(placed)))).all()
        for each in waiting:
            await processing.process(database, matcher(), each)
        async with database.write() as session:
            drawn = {"status": RenderStatus.READY, "still_name": object_name("still", "guide")}
            pending = update(Render).where(col(Render.status) == RenderStatus.PENDING).values(drawn)
            for shader_id in (await session.scalars(pending.returning(col(Render.shader_id)))).all():
                await refresh_listing(session, shader_id)
        await asyncio.sleep(0.05)


@pytest.fixture
async def site(
    settings: ApiSettings, database: Database, redis_client: object, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[str]:
    monkeypatch.setattr(state, "open_matcher", lambda _: matcher())
    working = asyncio.create_task(work(database))
    async with serving(settings) as address:
        yield address
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working


async def test_the_commands_run_as_they_stand(site: str, tmp_path: Path) -> None:
    text = await run_commands(GUIDE, site, tmp_path)
    for expected in ('"how":"click"', '"how":"founded"', '"difference":"Mine is seen from inside a car"'):
        assert expected in text, text
    for expected in ('"following":true', '"state":"accepted"', '"state":"fulfilled"', '"state":"withdrawn"'):
        assert expected in text, text


@pytest.mark.parametrize("router", ROUTERS)
def test_every_route_is_shown(router: APIRouter) -> None:
    assert unshown(router, GUIDE) == []


@pytest.mark.parametrize("code", sorted(codes_of(desires)))
def test_every_refusal_is_named(code: str) -> None:
    assert f"`{code}`" in GUIDE
