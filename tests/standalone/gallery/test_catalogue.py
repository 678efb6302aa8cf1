"""The list of works: ours makes sense, and a broken one is refused with a sentence."""

from collections import Counter
from pathlib import Path

import pytest

from services.contracts.glsl import Dialect
from services.contracts.shaders import AiLabel, Visibility
from services.core.glsl.dialect import detect_dialect
from services.core.licences import require_known
from services.standalone.gallery.catalogue import FOLDER, CatalogueError, load

AUTHOR = '[[authors]]\nhandle = "ada"\ndisplay_name = "Ada"\n'


def work(slug: str, **fields: str) -> str:
    lines = {"title": slug, "author": "ada", "dialect": "shadertoy", **fields}
    return f'[[works]]\nslug = "{slug}"\n' + "".join(f'{name} = "{value}"\n' for name, value in lines.items())


def folder_with(folder: Path, text: str, *files: str) -> Path:
    (folder / "gallery.toml").write_text(text)
    for name in files:
        (folder / name).write_text("")
    return folder


class TestOurs:
    def test_it_has_thirty_works_of_every_dialect_with_forks_and_versions(self) -> None:
        works = load().works
        assert len(works) >= 30
        assert {one.dialect for one in works} == set(Dialect)
        assert sum(one.fork_of is not None for one in works) >= 2
        assert sum(len(one.files) > 1 for one in works) >= 2

    def test_values_are_known(self) -> None:
        for one in load().works:
            require_known(one.licence)
            assert AiLabel(one.ai_label)
            assert Visibility(one.visibility)
            assert detect_dialect((FOLDER / one.files[-1].file).read_text()) == one.dialect, one.slug

    def test_titles_are_unique_for_an_author(self) -> None:
        assert max(Counter((one.author, one.title) for one in load().works).values()) == 1

    def test_some_works_are_liked_and_never_by_their_author(self) -> None:
        catalogue = load()
        votes = {one.slug: catalogue.voters(one) for one in catalogue.works}
        assert any(votes.values())
        assert not any(one.author in votes[one.slug] for one in catalogue.works)


class TestBroken:
    def test_an_unknown_author(self, tmp_path: Path) -> None:
        with pytest.raises(CatalogueError, match="bob is not listed"):
            load(folder_with(tmp_path, AUTHOR + work("tide", author="bob"), "tide.frag"))

    def test_a_fork_before_its_parent(self, tmp_path: Path) -> None:
        text = AUTHOR + work("night", fork_of="tide") + work("tide")
        with pytest.raises(CatalogueError, match="tide has to come before its fork"):
            load(folder_with(tmp_path, text, "tide.frag", "night.frag"))

    def test_a_missing_file(self, tmp_path: Path) -> None:
        with pytest.raises(CatalogueError, match=r"tide\.frag is missing"):
            load(folder_with(tmp_path, AUTHOR + work("tide")))

    def test_a_slug_twice(self, tmp_path: Path) -> None:
        with pytest.raises(CatalogueError, match="listed twice"):
            load(folder_with(tmp_path, AUTHOR + work("tide") + work("tide"), "tide.frag"))

    def test_an_unknown_key(self, tmp_path: Path) -> None:
        with pytest.raises(CatalogueError, match="colour"):
            load(folder_with(tmp_path, AUTHOR + work("tide", colour="blue"), "tide.frag"))
