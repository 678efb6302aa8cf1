"""docs/operations/moderation.md: its commands run as they stand, and what it names is there."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.moderation.models import Action
from tests.api.test_decisions import reported
from tests.docs.guide import DOCS, run_commands, serving
from tests.docs.test_settings import DEFAULTS
from tests.fixtures.accounts import PASSWORD, register, register_moderator

GUIDE = (DOCS / "operations/moderation.md").read_text()


@pytest.fixture
async def site(
    client: httpx2.AsyncClient, database: Database, settings: ApiSettings, redis_client: object
) -> AsyncIterator[str]:
    """A site on which one of Ada's shaders was reported."""
    await register_moderator(client, database, "judge")
    await reported(client, database, await register(client, "ada"))
    async with serving(settings) as address:
        yield address


async def test_the_commands_run_as_they_stand(site: str, tmp_path: Path) -> None:
    text = await run_commands(GUIDE, site, tmp_path, JUDGES_PASSWORD=PASSWORD, ADAS_PASSWORD=PASSWORD)
    for expected in ('"action":"hide"', '"reason":"A copy"', "It is mine, see the date.", '"action":"keep"'):
        assert expected in text, text


@pytest.mark.parametrize("decision", Action)
def test_every_decision_is_named(decision: Action) -> None:
    assert f"| `{decision.value}` |" in GUIDE


def test_it_names_settings_that_there_are() -> None:
    assert set(re.findall(r"FRACTAFRAG_[A-Z_]*[A-Z]", GUIDE)) <= DEFAULTS.keys()
