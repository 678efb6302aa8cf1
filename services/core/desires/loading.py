"""The matcher of this installation, by words alone: it needs no weights.

Two texts are as near as the cosine of the words that they say, without those of asking and the commonest; by itself a
desire is grouped with others only where both say the same words, in whatever order, case and politeness. It is what
there is until an embedder is chosen by a setting.
"""

import hashlib
import re
from collections.abc import Sequence
from typing import Literal

import numpy as np

from services.core.desires.matching import Matcher, Ranges
from services.core.desires.models import DIM
from services.core.embedding.protocol import Vectors

_COMMON = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "could",
        "for",
        "from",
        "have",
        "hello",
        "hi",
        "i",
        "in",
        "is",
        "it",
        "its",
        "like",
        "looking",
        "make",
        "me",
        "my",
        "need",
        "of",
        "on",
        "or",
        "please",
        "pls",
        "somebody",
        "someone",
        "that",
        "the",
        "there",
        "this",
        "to",
        "want",
        "wanted",
        "was",
        "wish",
        "with",
        "would",
        "you",
    ]
)
_WORD = re.compile(r"\w+")


class SharedWords:
    """Each word is a direction of its own, as far as `DIM` numbers have room."""

    id = "words-1"
    dim = DIM
    join_at = 0.82
    suggest_at = 0.4
    calibrated_on = "none is needed: 0.82 is the share of words, and the guard asks for all of them"

    @property
    def link(self) -> Literal["mean"]:
        """By the mean of its similarities to the members."""
        return "mean"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of unit length; zero for a text of common words only."""
        found = np.zeros((len(texts), DIM), np.float32)
        for number, text in enumerate(texts):
            for word in words_of(text):
                digest = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
                found[number, digest % DIM] += 1 if digest >> 63 else -1
        found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
        return found


def words_of(text: str) -> frozenset[str]:
    """What a text says."""
    return frozenset(_WORD.findall(text.casefold())) - _COMMON


def open_matcher() -> Matcher:
    """The matcher."""
    return Matcher(SharedWords(), lambda mine, theirs: words_of(mine) == words_of(theirs), _differences)


def _differences(mine: str, theirs: str) -> tuple[Ranges, Ranges]:
    return _only_in(mine, words_of(theirs)), _only_in(theirs, words_of(mine))


def _only_in(text: str, others: frozenset[str]) -> list[tuple[int, int]]:
    found = _WORD.finditer(text)
    return [word.span() for word in found if word[0].casefold() not in others | _COMMON]
