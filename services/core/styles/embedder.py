"""One vector for a work: what its code, its words and its pictures say, each in its own numbers.

The parts are of unit length before they are weighted, so that the cosine of two vectors is the weighted mean of the
parts' cosines. A part that says nothing (no title in words, no picture yet) is zero and leaves the others their say.

The tables are fitted by `make train-style` (tools/style/train.py) and lie beside this file. The embedder's id names
them and this code: whoever changes what a vector means counts `_FORM` up, and all vectors are made anew.
"""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from services.core.styles.code import KINSHIP_DIM, Floats, kinship, runs, terms, tokens, unit
from services.core.styles.pictures import BLOCKS, PICTURE_DIM, Measured, blocks, joined, measure
from services.core.styles.words import WORDS_DIM, meanings, words

KIND_DIM = 64
# How many numbers each part has, in their order.
PARTS = {"kinship": KINSHIP_DIM, "kind": KIND_DIM, "words": WORDS_DIM, "pictures": PICTURE_DIM}
TABLES = Path(__file__).with_name("tables.npz")
DIM = sum(PARTS.values())
_FORM = 1

# What the parts weigh; judged by eye on the gallery and measured on forks (docs/decisions/0072-style-vectors.md).
WEIGHTS = {"kinship": 0.24, "kind": 0.08, "words": 0.16, "pictures": 0.52}
PICTURE_WEIGHTS = {"colour": 0.4, "layout": 0.2, "texture": 0.3, "motion": 0.1}


@dataclass(frozen=True, slots=True)
class Work:
    """What a vector is made of; `still` and `loop` are the stored files."""

    source: str
    title: str = ""
    tags: Sequence[str] = ()
    still: bytes | None = None
    loop: bytes | None = None


@dataclass(frozen=True, slots=True)
class Tables:
    """What is fitted: how rare each column of runs is; the known terms (sorted hashes), each with its `KIND_DIM`
    numbers; and mean and spread of what is measured of pictures."""

    rarity: Floats
    terms: np.ndarray
    kinds: Floats
    picture_mean: Floats
    picture_spread: Floats


class StyleEmbedder:
    """Makes vectors of `DIM` numbers and unit length. Pure: the same work has the same vector everywhere."""

    def __init__(self, tables: Tables, name: str) -> None:
        self._tables = tables
        self.id = name

    def embed(self, work: Work) -> Floats:
        """The vector of a work. Takes tens of milliseconds of a processor: call it in a thread."""
        parts = {
            "kinship": kinship(runs(tokens(work.source)), self._tables.rarity),
            "kind": self._kind(work.source),
            "words": words(work.title, work.tags),
            "pictures": self._pictures(measure(work.still, work.loop)),
        }
        return unit(np.concatenate([part * np.float32(WEIGHTS[name] ** 0.5) for name, part in parts.items()]))

    def _kind(self, source: str) -> Floats:
        counts = terms(source)
        hashes = np.fromiter(counts.keys(), np.uint32, len(counts))
        often = np.fromiter(counts.values(), np.float32, len(counts))
        places = np.searchsorted(self._tables.terms, hashes)
        places[places == len(self._tables.terms)] = 0
        known = self._tables.terms[places] == hashes
        return unit((1 + np.log(often[known])) @ self._tables.kinds[places[known]])

    def _pictures(self, measured: Measured) -> Floats:
        if measured.still is None:
            return np.zeros(PICTURE_DIM, np.float32)
        numbers = (joined(measured) - self._tables.picture_mean) / self._tables.picture_spread
        parts = zip(BLOCKS, blocks(np.clip(numbers, -4, 4)), strict=True)
        return np.concatenate([unit(part) * np.float32(PICTURE_WEIGHTS[name] ** 0.5) for name, part in parts])


def part_slices() -> dict[str, slice]:
    """Where each part stands in a vector."""
    ends = np.cumsum(list(PARTS.values())).tolist()
    return {name: slice(end - size, end) for (name, size), end in zip(PARTS.items(), ends, strict=True)}


@cache
def load() -> StyleEmbedder:
    """The embedder of this version of the site."""
    data = TABLES.read_bytes()
    with np.load(io.BytesIO(data)) as file:
        tables = Tables(
            rarity=file["rarity"].astype(np.float32),
            terms=file["terms"],
            kinds=file["kinds"] * file["kinds_scale"].astype(np.float32)[:, None],
            picture_mean=file["picture_mean"],
            picture_spread=file["picture_spread"],
        )
    weights = repr((_FORM, sorted(WEIGHTS.items()), sorted(PICTURE_WEIGHTS.items()), meanings().id))
    digest = hashlib.sha256(data + weights.encode()).hexdigest()
    return StyleEmbedder(tables, f"style-{_FORM}-{digest[:8]}")
