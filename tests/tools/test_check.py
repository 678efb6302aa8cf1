"""The checks of our own find what they are for."""

import ast
from pathlib import Path

import pytest

from tools import check


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the repository, all of whose files count."""
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setattr(check, "tracked", lambda *patterns: [path for one in patterns for path in tmp_path.rglob(one)])
    return tmp_path


def test_a_file_that_is_too_long(repository: Path) -> None:
    (repository / "long.py").write_text("pass\n" * 401)
    (repository / "long.ts").write_text(";\n" * 251)
    (repository / "short.py").write_text("pass\n" * 400)
    assert sorted(check.lengths()) == [
        "long.py: 401 lines, 400 are the bound",
        "long.ts: 251 lines, 250 are the bound",
    ]


def test_a_function_that_is_too_long(repository: Path) -> None:
    text = "async def long():\n" + "    pass\n" * 40 + "def short():\n" + "    pass\n" * 39
    path = repository / "code.py"
    assert list(check.long_functions(path, ast.parse(text))) == [
        "code.py:1: long has 41 lines, 40 are the bound"
    ]  # fmt: skip


def test_a_host_in_a_lock_file(repository: Path) -> None:
    (repository / "requirements.lock").write_text(
        "a==1 \\\n    --hash=sha256:00\n--index-url https://mirror.example/\n"
    )
    (repository / "package-lock.json").write_text('{\n"resolved": "https://mirror.example/a.tgz"\n}\n')
    assert [finding.partition(": ")[0] for finding in check.hosts()] == ["requirements.lock:3", "package-lock.json:2"]


def test_our_lock_files_name_no_host() -> None:
    assert list(check.hosts()) == []
