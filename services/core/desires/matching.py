"""Whether two texts may be one wish: an embedder, a guard for attributes, and what to show of the difference.

The three belong together and are given from outside, so that the rules of this domain know no weights. An embedder
that says not what it was calibrated on is refused (`Matcher`), and its vectors are asked for by its id alone.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.contracts.desires import Span
from services.core.embedding.protocol import DIM, Embedder

# An array of `DIM` numbers, or a list of them as the database gives it.
Vector = Any
# Start and end, in characters, of the words that differ.
Ranges = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Matcher:
    """`same_attributes(mine, theirs)` is the guard; `differences(mine, theirs)` gives what differs in each."""

    embedder: Embedder
    same_attributes: Callable[[str, str], bool]
    differences: Callable[[str, str], tuple[Ranges, Ranges]]

    def __post_init__(self) -> None:
        if not self.embedder.calibrated_on:
            raise ValueError(f"the embedder {self.embedder.id} has no calibration")
        if self.embedder.dim != DIM:
            raise ValueError(f"a vector has {DIM} numbers")

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """The texts' vectors; beside the event loop, as an embedder may take its time."""
        return list(await asyncio.to_thread(self.embedder.embed, texts)) if texts else []

    async def spans(self, mine: str, others: Sequence[str]) -> list[tuple[list[Span], list[Span]]]:
        """For each of the others both texts in pieces, with those marked that differ; beside the event loop, too."""

        def compared() -> list[tuple[list[Span], list[Span]]]:
            found = [(theirs, *self.differences(mine, theirs)) for theirs in others]
            return [(_pieces(mine, ours), _pieces(theirs, ranges)) for theirs, ours, ranges in found]

        return await asyncio.to_thread(compared) if others else []


def _pieces(text: str, ranges: Ranges) -> list[Span]:
    pieces, end = [], 0
    for start, stop in sorted(ranges):
        pieces += [Span(text=text[end:start], differs=False), Span(text=text[max(start, end) : stop], differs=True)]
        end = max(end, stop)
    pieces.append(Span(text=text[end:], differs=False))
    return [piece for piece in pieces if piece.text]
