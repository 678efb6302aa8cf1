"""What the style embedder is fitted on: sources of ours, and the MIT-licensed shaders of ISF.

Those of ISF are not in this repository. `git clone https://github.com/Vidvox/ISF-Files` and `git checkout COMMIT` give
the folder; each file is compared with its hash in `isf.sha256`.
"""

import hashlib
from pathlib import Path

ROOT = Path(__file__).parents[2]
COMMIT = "3d3999629d98283f0fc1cd0ea5d6bafb51ef3d1f"
HASHES = Path(__file__).with_name("isf.sha256")
OURS = ("gallery/*.frag", "tests/benchmarks/corpus/*.frag", "tests/renderer/cases/*.frag")


class CorpusError(Exception):
    """The folder is not the one that the hashes were taken of."""


def sources(isf: Path) -> list[str]:
    """All sources, always in the same order."""
    ours = [path.read_text() for pattern in OURS for path in sorted(ROOT.glob(pattern))]
    return ours + [_checked(isf, *line.split("  ", 1)) for line in HASHES.read_text().splitlines()]


def _checked(isf: Path, digest: str, name: str) -> str:
    try:
        data = (isf / name).read_bytes()
    except OSError as error:
        raise CorpusError(f"{name} is not in {isf}; it is a checkout of Vidvox/ISF-Files at {COMMIT}") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise CorpusError(f"{name} is another file than at {COMMIT}")
    return data.decode(errors="replace")
