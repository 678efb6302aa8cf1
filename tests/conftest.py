"""Fixtures only come from tests/fixtures; each module there says what it gives."""

import gc
import os
from pathlib import Path

import pytest

# No test speaks TLS to a stranger or through a proxy. Each HTTP client would read all authorities of the machine, which
# takes 40 ms; in a folder they are only looked for when they are needed.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = str(Path(__file__).parent)
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"

pytest_plugins = [
    "tests.fixtures.servers",
    "tests.fixtures.database",
    "tests.fixtures.api",
    "tests.fixtures.fake_renderer",
    "tests.fixtures.renderer",
    "tests.fixtures.worker",
    "tests.fixtures.smtp",
    "tests.fixtures.mail",
    "tests.fixtures.identity_provider",
    "tests.fixtures.moderation_endpoint",
    "tests.fixtures.web",
    "tests.fixtures.operator",
    "tests.fixtures.operator_site",
    "tests.fixtures.control_plane",
    "tests.fixtures.installation",
    "tests.fixtures.stripe",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests come first, so that at the end no process waits for the last one of another."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_collection_finish() -> None:
    """Exempt all that was imported from the collector: to look at it takes a second, and some tests collect."""
    gc.collect()
    gc.freeze()
