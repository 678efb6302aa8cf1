import json
from pathlib import Path
from typing import Any

import pytest

from services.contracts.glsl import Dialect
from services.core.glsl.dialect import DIALECTS, detect_dialect, leading_version
from services.core.glsl.source import logical_lines

VECTORS: list[dict[str, Any]] = json.loads(Path("services/web/runtime/vectors/dialects.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_dialect_is_what_the_runtime_finds(vector: dict[str, Any]) -> None:
    assert detect_dialect(vector["source"]) == vector["dialect"]


def test_every_dialect_is_one_that_a_work_can_have() -> None:
    assert set(DIALECTS) == {dialect.value for dialect in Dialect}


def test_a_leading_version_is_found_with_its_line() -> None:
    leading = leading_version(logical_lines("/* by me\n */\n\n#version 300 es\nvoid main() {}\n"))
    assert leading is not None
    assert (leading[0], leading[1].number) == (300, 4)


def test_a_hostile_text_takes_no_longer_than_its_size() -> None:
    for text in (
        "{" * 65536,
        "\n" * 65536,
        "uniform " * 8000,
        "/*" * 32768,
        "void main(" * 6500,
        "\\\n" * 32768,
        "#" * 65536,
    ):
        detect_dialect(text)
