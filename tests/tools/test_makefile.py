"""The Makefile's promises: every command is listed with a sentence, and what it runs exists."""

import importlib.util
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
INTERNAL = {"help", "chromium"}


def test_make_alone_lists_every_command_with_a_sentence() -> None:
    listed = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    phony = set(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split())
    described = dict(re.findall(r"^  make (\S+) +(\S.*)$", listed, re.MULTILINE))
    assert phony - INTERNAL <= described.keys()
    assert described.keys() <= phony


def test_every_module_that_it_runs_exists() -> None:
    modules = set(re.findall(r"\$\(PYTHON_IN\) -m ([\w.]+)", MAKEFILE))
    assert "services.standalone" in modules
    assert [name for name in sorted(modules) if importlib.util.find_spec(name) is None] == []
