"""Texts in other languages are named, in the words that the site's editor has."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.core.glsl.dialect import detect_dialect
from services.core.glsl.foreign import foreign_language
from services.core.glsl.static_check import SourceRefusedError, check_source

VECTORS: list[dict[str, Any]] = json.loads(Path("services/web/runtime/vectors/foreign.json").read_text("utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_language_is_what_the_runtime_says(vector: dict[str, Any]) -> None:
    source, message = vector["source"], vector["message"]
    has_entry = detect_dialect(source) is not None
    assert (has_entry, foreign_language(source, has_entry=has_entry)) == (vector["hasEntry"], message)
    if message is not None:
        with pytest.raises(SourceRefusedError) as caught:
            check_source(source, 65_536)
        assert (caught.value.code, caught.value.findings[0].message) == ("unknown_dialect", message)


@pytest.mark.parametrize("version", ["150", "330 core", "450"])
def test_a_version_of_the_desktop_may_go(version: str) -> None:
    rest = "out vec4 color;\nvoid main() { color = vec4(1.0); }\n"
    with pytest.raises(SourceRefusedError, match="the line may go") as caught:
        check_source(f"#version {version}\n{rest}", 65_536)
    assert caught.value.code == "version_directive"
    assert check_source(rest, 65_536).dialect == "es300"
