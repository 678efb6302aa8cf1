"""docs/api/shaders.md names every refusal of the domain, every route, and the licences as the rules have them."""

import re
from pathlib import Path

import pytest
from fastapi import APIRouter

import services.core.shaders
from services.api.routes import moderation
from services.api.routes.renders import previews
from services.api.routes.shaders import forks, shaders, versions
from services.core.licences import ALLOWED_IDS, LICENCES, allowed_for_fork
from tests.docs.guide import codes_of, unshown

GUIDE = (Path(__file__).parents[2] / "docs/api/shaders.md").read_text()
SEARCH = {"relevance_without_text", "invalid_filter"}  # told about with the lists


@pytest.mark.parametrize("code", sorted(codes_of(services.core.shaders) - SEARCH - {"source_refused"}))
def test_every_code_is_explained(code: str) -> None:
    assert f"`{code}`" in GUIDE


@pytest.mark.parametrize("router", [shaders.router, previews.router, versions.router, forks.router, moderation.router])
def test_every_route_is_shown(router: APIRouter) -> None:
    assert unshown(router, GUIDE) == []


def test_the_table_of_licences_is_what_the_rules_say() -> None:
    rows = dict(re.findall(r"^\| ([A-Z0-9a-z][^|]*-[^|]*) \| ([^|]+) \|$", GUIDE, re.MULTILINE))
    said = {name.strip(): rule.strip() for names, rule in rows.items() for name in names.split(",")}
    assert set(said) == set(ALLOWED_IDS)
    for name, rule in said.items():
        allowed = set(allowed_for_fork(name))
        if rule == "any licence":
            assert allowed == set(ALLOWED_IDS)
        elif rule.startswith("any that asks for credit"):
            assert allowed == {each.id for each in LICENCES.values() if each.credit}
        elif rule.startswith("any non-commercial"):
            assert allowed == {each.id for each in LICENCES.values() if each.non_commercial}
        elif rule.startswith("cannot"):
            assert allowed == set()
        else:
            assert allowed == {name if part == "itself" else part for part in rule.split(", ")}
