"""An embedder of a few lines, whose similarities can be reckoned by hand: a text is its words, each a direction.

Two texts of n words of which they share m have the cosine m/n. `GUARD` lets everything pass but colours.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Literal

import numpy as np

from services.core.desires.matching import Matcher, Ranges
from services.core.embedding.protocol import DIM, Vectors

_COLOURS = {"red", "blue", "green"}


class WordEmbedder:
    """Words as directions."""

    def __init__(self, name: str = "words-1", *, dim: int = DIM, calibrated_on: str = "by hand") -> None:
        self.id, self.dim, self.calibrated_on = name, dim, calibrated_on
        self.join_at, self.suggest_at = 0.82, 0.3

    @property
    def link(self) -> Literal["mean"]:
        """As all have it."""
        return "mean"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length; zero for a text without words."""
        found = np.zeros((len(texts), self.dim), np.float32)
        for number, text in enumerate(texts):
            for word in words_of(text):
                digest = hashlib.sha256(f"{self.id} {word}".encode()).digest()
                found[number, int.from_bytes(digest[:4]) % self.dim] += 1
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        return found


def words_of(text: str) -> list[str]:
    """The words of a text."""
    return re.findall(r"\w+", text.lower())


def same_colours(mine: str, theirs: str) -> bool:
    """The guard."""
    return _COLOURS & set(words_of(mine)) == _COLOURS & set(words_of(theirs))


def other_words(mine: str, theirs: str) -> tuple[Ranges, Ranges]:
    """The words that only one of them has."""
    return _only_in(mine, theirs), _only_in(theirs, mine)


def _only_in(text: str, other: str) -> list[tuple[int, int]]:
    known = set(words_of(other))
    return [match.span() for match in re.finditer(r"\w+", text) if match[0].lower() not in known]


def matcher(name: str = "words-1") -> Matcher:
    """The matcher of tests."""
    return Matcher(WordEmbedder(name), same_colours, other_words)
