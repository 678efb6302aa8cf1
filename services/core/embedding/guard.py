"""Whether two texts may be taken for one wish without asking anybody.

Embedders see little of what makes a wish another one: a colour, a style, a negation, a view, an input, a number. So
above the joining threshold the words are compared as well:

- the cosine of the plain TF-IDF vectors is at least `RAW_COSINE`;
- no word that only one of them has is an attribute;
- the two do not each have words that the other lacks, slips of the finger apart: one was replaced by another;
- at most one word of content is missing in one of them, and that is a small part of it.

What does not pass is suggested to people instead.
"""

from dataclasses import dataclass
from typing import Literal

from services.core.embedding.differences import Sides, sides_of
from services.core.embedding.lexicon import lexicon
from services.core.embedding.reader import NEGATIONS, Reader, Reading
from services.core.embedding.terms import Table

RAW_COSINE = 0.4
# One word of content may be missing where at least these many are shared.
FEWEST_SHARED = 2

Objection = Literal["nothing_known", "raw_cosine", "attribute", "replaced", "too_much"]


@dataclass(frozen=True)
class Verdict:
    """`objection` is None where the two may be joined; `detail` is the word that it is about."""

    objection: Objection | None = None
    detail: str | None = None

    @property
    def allows(self) -> bool:
        """Whether the two may be one wish without asking."""
        return self.objection is None


class Guard:
    """Compares two texts. Threads may share one."""

    def __init__(self, reader: Reader, table: Table) -> None:
        self.reader = reader
        self._table = table
        self._attributes = lexicon().attributes

    def compare(self, mine: str, theirs: str) -> Verdict:
        """What speaks against taking the two for one wish."""
        readings = self.reader.read(mine), self.reader.read(theirs)
        sides = sides_of(*readings)
        if not sides.shared:
            return Verdict("nothing_known")
        for word in sorted(sides.mine | sides.theirs):
            if word in NEGATIONS or word in self._attributes or word.isdigit():
                return Verdict("attribute", word)
        if negated := _negated(readings[0]) ^ _negated(readings[1]):
            return Verdict("attribute", min(negated))
        if sides.mine and sides.theirs:
            return Verdict("replaced", min(sides.theirs))
        more = sides.mine | sides.theirs
        if len(more) > 1 or (more and len(sides.shared) < FEWEST_SHARED):
            return Verdict("too_much", min(more))
        if self._cosine(sides) < RAW_COSINE:
            return Verdict("raw_cosine")
        return Verdict()

    def _cosine(self, sides: Sides) -> float:
        def length(words: frozenset[str]) -> float:
            return float(sum(self._table.idf_of(word) ** 2 for word in words))

        shared, mine, theirs = length(sides.shared), length(sides.mine), length(sides.theirs)
        return float(shared / ((shared + mine) * (shared + theirs)) ** 0.5)


def _negated(reading: Reading) -> frozenset[str]:
    return frozenset(term.stem for term in reading.terms if term.is_negated and not term.is_expansion)
