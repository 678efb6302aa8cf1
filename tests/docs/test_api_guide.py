"""docs/api.md: its commands run as they stand, and it names every limit and every code that is not a domain's own."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.api import authentication
from services.api.settings import ApiSettings
from services.core.accounts import passwords, service, sessions, tokens
from services.core.keys import service as keys
from services.core.kit import errors, idempotency, pagination
from services.core.kit.database import Database
from services.core.kit.errors import FractafragError
from services.core.kit.settings import LimitSettings
from tests.docs.guide import DOCS, run_commands, serving

GUIDE = (DOCS / "api.md").read_text()


@pytest.fixture
async def site(settings: ApiSettings, database: Database, redis_client: object) -> AsyncIterator[str]:
    async with serving(settings) as address:
        yield address


async def test_the_commands_run_as_they_stand(site: str, tmp_path: Path) -> None:
    text = await run_commands(GUIDE, site, tmp_path)
    for expected in ('"invalid_token"', '"not_found"', '"invalid_cursor"', '"display_name":"Ada L."', "304\n"):
        assert expected in text, text
    for expected in ('"sign_in_required"', "This API key was revoked", '"route":"/api/v1/shaders"'):
        assert expected in text, text
    assert "ratelimit-policy: 1200;w=60" in text.lower()


def _codes() -> set[str]:
    modules = (errors, idempotency, pagination, passwords, service, sessions, tokens, authentication, keys)
    values = [value for module in modules for value in vars(module).values()]
    return {value.code for value in values if isinstance(value, type) and issubclass(value, FractafragError)}


@pytest.mark.parametrize("code", sorted(_codes()))
def test_every_shared_code_is_named(code: str) -> None:
    assert f"`{code}`" in GUIDE


@pytest.mark.parametrize(
    "name", [name for name in LimitSettings.model_fields if "/" in str(getattr(LimitSettings(), name))]
)
def test_every_limit_is_named_with_its_value(name: str) -> None:
    assert re.search(rf"`{name.upper()}` \| {getattr(LimitSettings(), name)} \|", GUIDE)
