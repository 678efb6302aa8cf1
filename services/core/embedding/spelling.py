"""Words that are one slip of a finger from a known one."""

from collections.abc import Mapping
from string import ascii_lowercase

_SHORTEST = 4
# What is longer is no word, and has a great many slips.
_LONGEST = 40


def nearest(word: str, known: Mapping[str, float]) -> str | None:
    """The commonest known word that differs by one letter left out, added, changed, or by two exchanged.

    None for short words. `known` says how rare each word is; of equally common ones the first by the alphabet counts.
    """
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isascii() or any(letter.isdigit() for letter in word):
        return None
    found = (each for each in _slips(word) if len(each) >= _SHORTEST and each in known)
    return min(found, key=lambda each: (known[each], each), default=None)


def is_slip(one: str, other: str) -> bool:
    """Whether two words are one slip apart. A number is never a slip of another."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1 or not (one.isalpha() and other.isalpha()):
        return False
    pairs = enumerate(zip(one, other, strict=False))
    same = next((place for place, (mine, theirs) in pairs if mine != theirs), min(len(one), len(other)))
    a, b = one[same:], other[same:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[2:] == b[2:] and a[:2] == b[:2][::-1])


def _slips(word: str) -> set[str]:
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    left_out = {head + tail[1:] for head, tail in cuts if tail}
    exchanged = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    changed = {head + letter + tail[1:] for head, tail in cuts if tail for letter in ascii_lowercase}
    added = {head + letter + tail for head, tail in cuts for letter in ascii_lowercase}
    return left_out | exchanged | changed | added
