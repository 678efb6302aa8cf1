"""Words of a text and their stems: NFKD without accents, lower case, Snowball's stemmers."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Literal, get_args

import snowballstemmer

Language = Literal["en", "es", "fr", "de", "pt"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_NAMES = {"en": "english", "es": "spanish", "fr": "french", "de": "german", "pt": "portuguese"}
_STEMMERS = {language: snowballstemmer.stemmer(name) for language, name in _NAMES.items()}
# Snowball's stemmers keep the word in hand in themselves.
_ONE_AT_A_TIME = Lock()

_WORD = re.compile(r"[^\W_]+(?:['\u2019\u00b4`][^\W_]+)*")
_APOSTROPHE = re.compile(r"['\u2019\u00b4`]")
# l'eau, d'or, qu'on: the article is another word.
_ELIDED = {"l", "d", "c", "j", "m", "n", "s", "t", "qu", "jusqu", "lorsqu"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands in a text: folded, with its place, and whether punctuation stands before it."""

    word: str
    start: int
    end: int
    after_pause: bool = False


def fold(word: str) -> str:
    """Without accents, in lower case."""
    spread = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in spread if not unicodedata.combining(letter))


def tokens_of(text: str) -> list[Token]:
    """The words of a text in their order."""
    found: list[Token] = []
    end = 0
    for match in _WORD.finditer(text):
        word, start = _without_article(match.group(), match.start())
        between = text[end : match.start()]
        pause = any(mark in between for mark in ",.;:!?()[]\n") or " - " in between
        found.append(Token(fold(word), start, match.end(), pause))
        end = match.end()
    return found


def _without_article(word: str, start: int) -> tuple[str, int]:
    parts = _APOSTROPHE.split(word)
    if len(parts) == 1:
        return word, start
    if parts[0].casefold() in _ELIDED:
        return "".join(parts[1:]), start + len(parts[0]) + 1
    if parts[-1].casefold() == "s":
        return "".join(parts[:-1]), start
    return "".join(parts), start


@lru_cache(maxsize=100_000)
def stem(word: str, language: Language = "en") -> str:
    """The stem of a folded word."""
    with _ONE_AT_A_TIME:
        return str(_STEMMERS[language].stemWord(word))


def stems_of(phrase: str, language: Language = "en") -> tuple[str, ...]:
    """The stems of a phrase's words."""
    return tuple(stem(token.word, language) for token in tokens_of(phrase))
