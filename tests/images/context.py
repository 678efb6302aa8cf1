"""What .dockerignore lets through, by the rules that docker and buildah share.

The last line that fits a path, or a folder above it, decides; `!` lets it through, `**` stands for any folders.
"""

import os
import re
from functools import cache
from pathlib import Path

from tools.dockerfile import ROOT


@cache
def files() -> frozenset[str]:
    """Every file of the build context, named from the root."""
    found = set()
    for folder, below, names in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        below[:] = [name for name in below if _may_hold_some((here / name).as_posix())]
        found |= {path for name in names if is_sent(path := (here / name).as_posix())}
    return frozenset(found)


def is_sent(path: str) -> bool:
    """Whether a file is part of the context."""
    sent = True
    for keeps, pattern in _rules():
        if pattern.fullmatch(path):
            sent = keeps
    return sent


def holds(source: str) -> bool:
    """Whether a COPY of `source` finds something."""
    return any(path == source or path.startswith(f"{source}/") for path in files())


def _may_hold_some(folder: str) -> bool:
    kept = [line[1:] for line in _lines() if line.startswith("!")]
    return is_sent(f"{folder}/x") or any(name.startswith(f"{folder}/") for name in kept)


@cache
def _rules() -> list[tuple[bool, re.Pattern[str]]]:
    return [(line.startswith("!"), re.compile(_expression(line.removeprefix("!")))) for line in _lines()]


@cache
def _lines() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _expression(pattern: str) -> str:
    parts = {"**/": r"(?:.*/)?", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}
    split = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    # A fitting folder takes along what is in it.
    return "".join(parts.get(part, re.escape(part)) for part in split) + r"(?:/.*)?"
