"""Names of Stripe's that we use are ones that the package knows, at the version that we were read against."""

import re
from pathlib import Path

import stripe

from services.core.payments.stripe_provider import api_version
from services.core.payments.taking import TYPES

PACKAGE = Path(stripe.__file__).parent
DOCUMENT = Path(__file__).parents[3] / "docs" / "operations" / "payments.md"


def test_the_version_is_the_one_that_we_were_read_against() -> None:
    assert api_version() == "2026-10-28.endive", "read Stripe's changelog, then change this line"


def test_the_events_that_we_ask_for_exist() -> None:
    known = set(re.findall(r'"([a-z_.]+)"', (PACKAGE / "params" / "_webhook_endpoint_create_params.py").read_text()))
    assert {*TYPES["account"], *TYPES["connected"]} <= known
    thin = "".join(path.read_text() for path in (PACKAGE / "events").glob("_v2_core_account*.py"))
    assert [name for name in TYPES["thin"] if f'"{name}"' not in thin] == []


def test_the_document_lists_all_of_them() -> None:
    text = DOCUMENT.read_text()
    assert [name for names in TYPES.values() for name in names if f"`{name}`" not in text] == []
