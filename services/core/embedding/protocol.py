"""What turns a wish in words into a vector.

An embedder's `id` names one set of weights. It stands beside every vector that is stored, and vectors of two ids are
never compared: their numbers mean different things. `suggest_at` was measured for one id; `join_at` is decided, the
same for all (docs/decisions/0070-embedder.md).

Every embedder has `DIM` numbers, so that one column and one index of pgvector take them all.
"""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

DIM = 512


def to_unit_length(vectors: Vectors) -> Vectors:
    """The rows brought to unit length; one that is all zero stays so."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    found = np.zeros_like(vectors)
    np.divide(vectors, lengths, out=found, where=lengths > 0)
    return found


class Embedder(Protocol):
    """Embeds short texts. Pure: the same text has the same vector in every process. Threads may share one."""

    @property
    def id(self) -> str:
        """The name of these weights, with their version, of at most 40 characters."""

    @property
    def dim(self) -> int:
        """How many numbers a vector has: `DIM`."""

    @property
    def link(self) -> Literal["mean"]:
        """How near a text is to a cluster: by the mean of its similarities to the members."""

    @property
    def join_at(self) -> float:
        """From this cosine on two texts may be one wish without asking, if the guard allows it."""

    @property
    def suggest_at(self) -> float:
        """From this cosine on people are asked whether it is one wish."""

    @property
    def calibrated_on(self) -> str:
        """The labelled set that `suggest_at` was measured on; never empty."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), dim) and unit length; all zero where a text says nothing."""
