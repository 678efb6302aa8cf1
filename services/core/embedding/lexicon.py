"""The lexicons that this project writes itself: lexicons/*.txt, each with its form in its first lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.core.embedding.stems import LANGUAGES, Language, fold, stem, stems_of, tokens_of

FOLDER = Path(__file__).parent / "lexicons"

Stems = tuple[str, ...]


@dataclass(frozen=True)
class Lexicon:
    """What is known of words. Phrases are tuples of stems; `longest` is the number of words of the longest one."""

    stopwords: dict[Language, frozenset[str]]
    # Of each language: stems of a word or phrase -> English words.
    translations: dict[Language, dict[Stems, tuple[str, ...]]]
    # Of each language but English: words as they are written, to tell the language by.
    written: dict[Language, frozenset[str]]
    jargon: dict[Stems, tuple[str, ...]]
    scaffold: frozenset[str]
    # Stem -> kind.
    attributes: dict[str, str]
    longest: int


@cache
def lexicon() -> Lexicon:
    """The lexicons, read once in a process."""
    foreign: tuple[Language, ...] = LANGUAGES[1:]
    translations: dict[Language, dict[Stems, tuple[str, ...]]] = {language: {} for language in foreign}
    written: dict[Language, set[str]] = {language: set() for language in foreign}
    for line in lines("translations.txt"):
        english, *cells = line.split(";")
        meaning = tuple(token.word for token in tokens_of(english))
        for language, cell in zip(foreign, cells, strict=True):
            for phrase in cell.split("|"):
                translations[language].setdefault(stems_of(phrase, language), meaning)
                written[language].update(token.word for token in tokens_of(phrase) if len(token.word) > 1)
    jargon = dict(_jargon())
    phrases = (phrase for phrases in (jargon, *translations.values()) for phrase in phrases)
    return Lexicon(
        stopwords=dict(_stopwords()),
        translations=translations,
        written={language: frozenset(words) for language, words in written.items()},
        jargon=jargon,
        scaffold=frozenset(stem(fold(word)) for line in lines("scaffold.txt") for word in line.split()),
        attributes=dict(_attributes()),
        longest=max(map(len, phrases)),
    )


def lines(name: str) -> Iterator[str]:
    """The lines of a lexicon that are no comments."""
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def _stopwords() -> Iterator[tuple[Language, frozenset[str]]]:
    listed = dict(line.split(":", 1) for line in lines("stopwords.txt"))
    for language in LANGUAGES:
        yield language, frozenset(token.word for token in tokens_of(listed[language]))


def _jargon() -> Iterator[tuple[Stems, tuple[str, ...]]]:
    for line in lines("jargon.txt"):
        terms, meaning = line.split("=")
        plain = tuple(token.word for token in tokens_of(meaning))
        for term in terms.split("|"):
            yield stems_of(term), plain


def _attributes() -> Iterator[tuple[str, str]]:
    for line in lines("attributes.txt"):
        kind, words = line.split(":")
        for word in words.split():
            yield stem(fold(word)), kind
