"""The texts that the word list is counted in, all under licences that allow it (NOTICE in services/core/embedding)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]

_DESCRIPTION = re.compile(r'"DESCRIPTION"\s*:\s*"([^"]*)"')
_CATEGORIES = re.compile(r'"CATEGORIES"\s*:\s*\[([^\]]*)\]')
_LINK = re.compile(r"\]\([^)]*\)")


@dataclass(frozen=True)
class Source:
    """Texts of one origin, a prompt, phrase or sentence each. `share` is how much its frequencies count of all."""

    name: str
    share: float
    texts: tuple[str, ...]


def sources(folder: Path) -> list[Source]:
    """All sources. `folder` holds what tools/train_embedder/README.md names."""
    return [
        Source("prompts", 0.3, tuple(_prompts(folder / "PartiPrompts.tsv"))),
        Source("flavors", 0.3, tuple(_lines(folder, "flavors.txt", "mediums.txt", "movements.txt"))),
        Source("shaders", 0.15, (*_shaders(folder / "ISF"), *_list(folder / "awesome.md"), *_gallery())),
        Source("wordnet", 0.25, tuple(_glosses(folder / "wordnet"))),
    ]


def lemmas(folder: Path) -> Iterator[str]:
    """The single words that WordNet has an entry for."""
    for path in sorted((folder / "wordnet").glob("index.*")):
        for line in path.read_text().splitlines():
            word = line.split(" ", 1)[0]
            if word.isalpha():
                yield word


def _prompts(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        yield line.split("\t", 1)[0]


def _lines(folder: Path, *names: str) -> Iterator[str]:
    for name in names:
        yield from (folder / name).read_text(encoding="utf-8").splitlines()


def _shaders(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.fs")):
        text = path.read_text(encoding="utf-8", errors="replace")
        parts = [path.stem, *_DESCRIPTION.findall(text), *_CATEGORIES.findall(text)]
        yield ". ".join(parts)


def _list(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith("- ["):
            yield _LINK.sub("", line.replace("[", " "))


def _gallery() -> Iterator[str]:
    for path in sorted((ROOT / "gallery").glob("*.frag")):
        yield path.stem.replace("-", " ")


def _glosses(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("data.*")):
        for line in path.read_text().splitlines():
            if not line.startswith("  ") and "|" in line:
                yield line.split("|", 1)[1].split('"', 1)[0]
