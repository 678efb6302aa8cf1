"""Reading values.yaml: its leaves with their comments, and one wrong value for each of them. Pure functions."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

MARK = re.compile(r"^\s*# -- \S")
NONSENSE = "no-such-thing"


@dataclass(frozen=True)
class Leaf:
    """A value that has no values below it: a scalar, a list, or an empty map."""

    path: tuple[str, ...]
    scalar: bool
    described: bool

    @property
    def name(self) -> str:
        """As one writes it after --set."""
        return ".".join(self.path)


def leaves(values: Path) -> list[Leaf]:
    """All leaves of a values.yaml; described is one with a `# --` comment above it or above a map that holds it."""
    text = values.read_text()
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    found = list(_leaves(root, yaml.safe_load(text), text.splitlines(), (), described=False))
    return [leaf for leaf in found if leaf.path]


def _leaves(node: Any, value: Any, lines: list[str], path: tuple[str, ...], *, described: bool) -> Iterator[Leaf]:
    if not isinstance(value, dict) or not value:
        yield Leaf(path, not isinstance(value, dict | list), described)
        return
    for key, child in node.value:
        here = described or _marked(lines, key.start_mark.line)
        yield from _leaves(child, value[key.value], lines, (*path, key.value), described=here)


def _marked(lines: list[str], row: int) -> bool:
    """Whether the block of comments right above a line holds a description."""
    above = row - 1
    while above >= 0 and lines[above].lstrip().startswith("#"):
        if MARK.match(lines[above]):
            return True
        above -= 1
    return False


def wrong(leaf: Leaf) -> dict[str, Any]:
    """Values that differ from the defaults in this leaf, which has a type that cannot be right."""
    return nested(leaf.path, {NONSENSE: [NONSENSE]} if leaf.scalar else NONSENSE)


def nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Values with one thing set."""
    built = value
    for key in reversed(path):
        built = {key: built}
    result: dict[str, Any] = built
    return result


def maps(value: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every map that has keys, the root's too."""
    yield path
    for key, child in value.items():
        if isinstance(child, dict) and child:
            yield from maps(child, (*path, key))


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Values laid over others, as helm does it."""
    result = dict(base)
    for key, value in over.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, dict) and isinstance(value, dict) else value
    return result
