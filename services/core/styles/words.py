"""Title and tags of a work as numbers: their stems, hashed. Tags say more than a title and count double."""

import re
import unicodedata
import zlib
from collections.abc import Sequence
from functools import cache

import numpy as np
import snowballstemmer

from services.core.styles.code import Floats, unit

WORDS_DIM = 64
_TAG_WEIGHT = 2.0
# Each word is in so many places, so that one collision does not make two words one.
_PLACES = 4
_WORD = re.compile(r"[^\W_]+")
# What says nothing about how a work looks.
_EMPTY = "a an and at by for from in into is it my of on or the to with no not new old test shader glsl"


def words(title: str, tags: Sequence[str]) -> Floats:
    """`WORDS_DIM` numbers of unit length; zero where there is no word."""
    weights: dict[str, float] = {}
    for text, weight in ((title, 1.0), *((tag, _TAG_WEIGHT) for tag in tags)):
        for word in _stems(text):
            weights[word] = max(weights.get(word, 0.0), weight)
    vector = np.zeros(WORDS_DIM, np.float32)
    for word, weight in weights.items():
        for number in range(_PLACES):
            code = zlib.crc32(f"{number} {word}".encode())
            vector[code % WORDS_DIM] += weight if code >> 31 else -weight
    return unit(vector)


def _stems(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return [_stem(word) for word in _WORD.findall(letters) if word not in _empty()]


@cache
def _empty() -> frozenset[str]:
    return frozenset(_EMPTY.split())


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))
