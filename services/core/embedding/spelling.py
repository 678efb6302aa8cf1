"""Words that are one slip of a finger from a known one."""

from collections.abc import Set
from string import ascii_lowercase

_SHORTEST = 5


def nearest(word: str, known: Set[str]) -> str | None:
    """A known word that differs by one letter left out, added, changed, or by two exchanged. None for short words.

    Of several the first by the alphabet, so that every process has the same.
    """
    if len(word) < _SHORTEST or not word.isascii() or any(letter.isdigit() for letter in word):
        return None
    return min((each for each in _slips(word) if len(each) >= _SHORTEST - 1 and each in known), default=None)


def is_slip(one: str, other: str) -> bool:
    """Whether two words are one slip apart."""
    return one == other or other in _slips(one)


def _slips(word: str) -> set[str]:
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    left_out = {head + tail[1:] for head, tail in cuts if tail}
    exchanged = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    changed = {head + letter + tail[1:] for head, tail in cuts if tail for letter in ascii_lowercase}
    added = {head + letter + tail for head, tail in cuts for letter in ascii_lowercase}
    return left_out | exchanged | changed | added
