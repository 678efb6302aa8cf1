"""Which words of two texts differ, and where they stand, so that a page can show them in bold.

Words are compared as they are read (reader.py): translated, by stem, without asking words. A slip of the finger is no
difference.
"""

from dataclasses import dataclass
from typing import NamedTuple

from services.core.embedding.reader import Reader, Reading, Term
from services.core.embedding.spelling import is_slip

_SHORTEST_SLIP = 4


@dataclass(frozen=True)
class Sides:
    """Stems that both say, and those that only one says."""

    shared: frozenset[str]
    mine: frozenset[str]
    theirs: frozenset[str]


class Span(NamedTuple):
    """Characters of a text, from `start` to before `end`."""

    start: int
    end: int


class Differences(NamedTuple):
    """The words that the other text lacks, in their order."""

    mine: tuple[Span, ...]
    theirs: tuple[Span, ...]


def sides_of(mine: Reading, theirs: Reading) -> Sides:
    """The words that were said (not what jargon stands for), with slips of the finger taken for what was meant."""
    ours, others = _said(mine), _said(theirs)
    shared, left, right = ours.keys() & others.keys(), ours.keys() - others.keys(), others.keys() - ours.keys()
    for word in sorted(left):
        twin = next((each for each in sorted(right) if _is_twin(ours[word], others[each])), None)
        if twin:
            shared, left, right = shared | {word}, left - {word}, right - {twin}
    return Sides(frozenset(shared), frozenset(left), frozenset(right))


def differences(reader: Reader, mine: str, theirs: str) -> Differences:
    """What differs between two texts."""
    readings = reader.read(mine), reader.read(theirs)
    sides = sides_of(*readings)
    return Differences(_spans(readings[0], sides.mine), _spans(readings[1], sides.theirs))


def _is_twin(one: Term, other: Term) -> bool:
    """Whether one is the other with a slip: a cave is no wave, as both are words."""
    slipped = one.is_unknown or other.is_unknown
    return slipped and min(len(one.word), len(other.word)) >= _SHORTEST_SLIP and is_slip(one.word, other.word)


def _said(reading: Reading) -> dict[str, Term]:
    return {term.stem: term for term in reading.terms if not term.is_expansion}


def _spans(reading: Reading, words: frozenset[str]) -> tuple[Span, ...]:
    spans = {(term.start, term.end) for term in reading.terms if term.stem in words and not term.is_expansion}
    return tuple(Span(*span) for span in sorted(spans))
