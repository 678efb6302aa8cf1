"""Texts as they are read: what looks like a letter is that letter.

`tokens_of` gives the words of a text with the same form for every way of writing them: width, case, accents, invisible
characters and letters of other scripts that look Latin are gone. `readings_of` adds what digits and signs stand for
("f4gg0t") and letters that are drawn out ("faggoooot"). Both serve to compare, never to show.

The letters that look Latin are those of Cyrillic and Greek, by Unicode's list of confusables; whole alphabets of
mathematical and full-width letters fall to NFKC. A table of our own, because the libraries that carry the list map
Latin letters onto one another, too ("rn" is "m"), which finds words in names.
"""

import re
import unicodedata
from collections.abc import Iterator

_LOOKS_LATIN = str.maketrans(
    "авеѕіјкмнорԛстуԝхԁһӏүѡ" + "αβγεηικνορτυχωϲϳ",
    "abesijkmhopqctywxdhlyw" + "abyenikvoptuxwcj",
)
_STANDS_FOR = [str.maketrans("013457@$!|+", f"o{one}eastasilt") for one in "il"]
_WORD = re.compile(r"(?:[^\W_]|[@$!|+])+")
_SIGNS = "@$!|+"
_DRAWN_OUT = re.compile(r"(.)\1{2,}")


def tokens_of(text: str) -> list[str]:
    """The words of a text in their common form. Letters that stand alone, three or more in a row, are one word."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    plain = "".join(char for char in decomposed if unicodedata.category(char) not in ("Cf", "Mn", "Me"))
    return list(_joined(_WORD.findall(plain.translate(_LOOKS_LATIN))))


def readings_of(token: str) -> set[str]:
    """What a word may be read as."""
    bare = token.strip(_SIGNS)
    found = {bare}
    if any(char.isalpha() for char in token):
        found |= {word.translate(table) for word in (token, bare) for table in _STANDS_FOR}
    for word in list(found):
        found |= {_DRAWN_OUT.sub(r"\1", word), _DRAWN_OUT.sub(r"\1\1", word)}
    return found


def _joined(words: list[str]) -> Iterator[str]:
    run: list[str] = []
    for word in words:
        if len(word) == 1:
            run.append(word)
            continue
        yield from _ended(run)
        run = []
        yield word
    yield from _ended(run)


def _ended(run: list[str]) -> list[str]:
    return ["".join(run)] if len(run) > 2 else run
