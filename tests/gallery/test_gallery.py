"""The files of gallery/ agree with gallery.toml and with the rules that publishing applies to them."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from services.core.accounts.schemas import Bio, DisplayName, Handle
from services.core.glsl.static_check import CheckedSource, check_source
from services.core.shaders.schemas import ShaderCreate

FOLDER = Path(__file__).parents[2] / "gallery"
CATALOGUE: dict[str, Any] = tomllib.loads((FOLDER / "gallery.toml").read_text())
WORKS: list[dict[str, Any]] = CATALOGUE["works"]
BY_SLUG = {work["slug"]: work for work in WORKS}
FILES = sorted(path.name for path in FOLDER.glob("*.frag"))
OWN_LIMIT = 9 * 1024
"""Bytes of one file: a visitor reads these sources."""
CLOCKS = re.compile(r"\b(?:iTime|iFrame|iDate|u_time|time|backbuffer)\b")


def _files(work: dict[str, Any]) -> list[str]:
    return [version["file"] for version in work.get("versions", [{"file": f"{work['slug']}.frag"}])]


def _work_of(name: str) -> dict[str, Any]:
    return BY_SLUG[name.split(".", maxsplit=1)[0]]


def _checked(name: str) -> CheckedSource:
    return check_source((FOLDER / name).read_text(encoding="utf-8"), OWN_LIMIT)


def test_every_file_belongs_to_exactly_one_work() -> None:
    assert sorted(name for work in WORKS for name in _files(work)) == FILES
    assert len(BY_SLUG) == len(WORKS)
    assert len({work["title"] for work in WORKS}) == len(WORKS)


def test_no_two_files_hold_the_same_text() -> None:
    assert len({(FOLDER / name).read_text() for name in FILES}) == len(FILES)


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work["slug"])
def test_a_work_can_be_published_as_it_is_described(work: dict[str, Any]) -> None:
    fields = {name: work[name] for name in ("title", "description", "tags", "licence", "ai_label", "visibility")}
    source = (FOLDER / _files(work)[0]).read_text()
    order = ShaderCreate.model_validate({**fields, "source": source, "still_time": work["still_time"]})
    assert order.tags == work["tags"]
    assert 3 <= len(order.tags) <= 6
    assert work["licence"] == "CC0-1.0"
    assert work["still_time"] >= 1.0
    assert work["author"] in {author["handle"] for author in CATALOGUE["authors"]}


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work["slug"])
def test_its_versions_are_numbered_and_end_with_the_newest(work: dict[str, Any]) -> None:
    files = _files(work)
    expected = [f"{work['slug']}.v{number}.frag" for number in range(1, len(files))] + [f"{work['slug']}.frag"]
    assert files == expected
    assert all(version["note"] for version in work.get("versions", []))


@pytest.mark.parametrize("name", FILES)
def test_a_file_passes_the_static_gate_in_the_dialect_that_is_declared(name: str) -> None:
    checked = _checked(name)
    assert checked.dialect == _work_of(name)["dialect"]
    announced = re.findall(r"^uniform .*;\s*//\s*=", checked.source, re.MULTILINE)
    assert len(checked.parameters) == len(announced)
    assert all(parameter["label"] for parameter in checked.parameters)


@pytest.mark.parametrize("name", FILES)
def test_a_file_begins_with_its_title_what_it_shows_and_its_licence(name: str) -> None:
    lines = [line for line in (FOLDER / name).read_text().splitlines() if line != "#version 300 es"]
    assert lines[0] == f"// {_work_of(name)['title']}"
    assert lines[1].startswith("// ")
    assert lines[2] == "// CC0 1.0: no rights reserved."
    assert all(line == line.rstrip() and "\t" not in line for line in lines)


def test_forks_follow_the_parents_of_other_authors() -> None:
    order = [work["slug"] for work in WORKS]
    forks = [work for work in WORKS if "fork_of" in work]
    assert len(forks) == 5
    for fork in forks:
        assert order.index(fork["fork_of"]) < order.index(fork["slug"])
        assert fork["author"] != BY_SLUG[fork["fork_of"]]["author"]


def test_authors_can_be_registered() -> None:
    authors = CATALOGUE["authors"]
    assert len({author["handle"] for author in authors}) == len(authors) == 5
    for author in authors:
        assert TypeAdapter(Handle).validate_python(author["handle"]) == author["handle"]
        assert TypeAdapter(DisplayName).validate_python(author["display_name"]) == author["display_name"]
        TypeAdapter(Bio).validate_python(author["bio"])


def test_the_gallery_has_something_of_every_kind() -> None:
    newest = {work["slug"]: _checked(f"{work['slug']}.frag") for work in WORKS}
    dialects = Counter(str(checked.dialect) for checked in newest.values())
    least = {"shadertoy": 14, "glsl-sandbox": 6, "book-of-shaders": 5, "es100": 3, "es300": 4}
    assert {name: min(dialects[name], least[name]) for name in least} == least
    assert sum(bool(checked.parameters) for checked in newest.values()) >= 8
    assert sum("backbuffer" in checked.source for checked in newest.values()) >= 2
    code = [re.sub(r"//.*", "", checked.source) for checked in newest.values()]
    assert sum(CLOCKS.search(text) is None for text in code) >= 3
    assert sum(len(_files(work)) > 1 for work in WORKS) == 5
