"""What the operator logs cannot fail it."""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from operators.renderer.logs import configure_logging


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers, root.level
    yield
    root.handlers, root.level = before
    structlog.reset_defaults()


def test_a_full_disk_loses_the_lines() -> None:
    with contextlib.suppress(OSError), Path("/dev/full").open("w") as full, contextlib.redirect_stdout(full):
        configure_logging("INFO")
        structlog.get_logger("ours").warning("lost")
        logging.getLogger("library").warning("lost, too")
        written = True
    assert written
