"""docs/api/payments.md: its commands run as they stand, in points, and it names every route and refusal of bounties."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import APIRouter
from sqlalchemy import select
from sqlmodel import col

from services.api import state
from services.api.routes.bounties import ROUTERS
from services.api.settings import ApiSettings
from services.core import bounties
from services.core.bounties import looking
from services.core.desires.models import Desire
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from tests.core.bounties.scenes import THANKS
from tests.core.desires.words import matcher
from tests.docs.guide import DOCS, codes_of, run_commands, serving, unshown
from tests.docs.test_desires_guide import work

GUIDE = (DOCS / "api/payments.md").read_text()


async def follow(database: Database) -> None:
    """What the worker does for pledges."""
    while True:
        async with database.read() as session:
            found = list(await session.scalars(select(col(Desire.id))))
        for each in found:
            await looking.look(database, THANKS, each, utc_now())
        await asyncio.sleep(0.05)


@pytest.fixture
async def site(
    settings: ApiSettings, database: Database, redis_client: object, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[str]:
    monkeypatch.setattr(state, "open_matcher", lambda _: matcher())
    working = [asyncio.create_task(each(database)) for each in (work, follow)]
    async with serving(settings.replace(THANKS)) as address:
        yield address
    for each in working:
        each.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await each


async def test_the_commands_run_as_they_stand(site: str, tmp_path: Path) -> None:
    text = await run_commands(GUIDE, site, tmp_path)
    for expected in ('"state":"open"', '"state":"refunded"', '"state":"changes_asked"', '"state":"released"'):
        assert expected in text, text
    for expected in ('"state":"settled"', '"reputation":4', '{"left":6,"reputation":0}'):
        assert expected in text, text


@pytest.mark.parametrize("router", ROUTERS)
def test_every_route_is_shown(router: APIRouter) -> None:
    assert unshown(router, GUIDE) == []


@pytest.mark.parametrize("code", sorted(codes_of(bounties)))
def test_every_refusal_is_named(code: str) -> None:
    assert f"`{code}`" in GUIDE
