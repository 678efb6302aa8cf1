"""The site decides in the browser which licences a fork may carry (src/lib/licences.ts); both hold to these vectors."""

import json
from pathlib import Path
from typing import Any

from services.core.licences import ALLOWED_IDS, allowed_for_fork

VECTORS: dict[str, Any] = json.loads(Path("services/web/runtime/vectors/licences.json").read_text("utf-8"))


def test_the_site_knows_every_licence() -> None:
    assert sorted(ALLOWED_IDS) == VECTORS["all"]


def test_the_site_allows_a_fork_what_the_api_allows() -> None:
    assert {parent: sorted(allowed_for_fork(parent)) for parent in ALLOWED_IDS} == VECTORS["forks"]
