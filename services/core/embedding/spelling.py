"""Words that are one slip of a finger from a known one."""

from collections.abc import Iterator, Mapping
from string import ascii_lowercase

_SHORTEST = 4
# What is longer is no word, and has a great many slips.
_LONGEST = 40
# That it is one letter of 25, and that it is the first.
_ANY, _FIRST = 3.2, 2.0


def nearest(word: str, known: Mapping[str, float]) -> str | None:
    """The likeliest known word that differs by one letter left out, added, changed, or by two exchanged.

    None for short words. `known` says how rare each word is: what was meant is common, and made what is there by a slip
    that hands make. Of equals the first by the alphabet.
    """
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isascii() or any(letter.isdigit() for letter in word):
        return None
    costs = {each: cost for each, cost in _meant(word).items() if len(each) >= _SHORTEST and each in known}
    return min(costs, key=lambda each: (known[each] + costs[each], each), default=None)


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


def _meant(word: str) -> dict[str, float]:
    """What one slip may have made `word` of, and how unlikely each is, in the unit of rarity (natural logarithm).

    A letter is left out, said twice, or two are exchanged in as many ways as there are letters; a wrong one can be any.
    The first letter is rarely wrong.
    """
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found: dict[str, float] = {}
    for head, tail in cuts:
        first = 0.0 if head else _FIRST
        for meant, cost in _at(head, tail):
            found[meant] = min(found.get(meant, 99.0), cost + first)
    return found


def _at(head: str, tail: str) -> Iterator[tuple[str, float]]:
    """What may have been meant where the slip is between the two parts."""
    for letter in ascii_lowercase:
        yield head + letter + tail, 0.0
        if tail:
            yield head + letter + tail[1:], _ANY
    if len(tail) > 1:
        yield head + tail[1] + tail[0] + tail[2:], 0.0
    if tail:
        yield head + tail[1:], 0.0 if head[-1:] == tail[0] else _ANY
