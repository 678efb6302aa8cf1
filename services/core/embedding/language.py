"""Which language a prompt is written in, and its words in English."""

from collections.abc import Sequence, Set
from dataclasses import dataclass

from services.core.embedding.lexicon import Lexicon
from services.core.embedding.spelling import nearest
from services.core.embedding.stems import LANGUAGES, Language, Token, stem

_LINKS = ("", "s", "n", "en", "es", "er", "e")
_SHORTEST_PART = 3
_SHORTEST_COGNATE = 5
# Endings of words that Romance languages and German share with English.
_COGNATES = (
    ("cion", "tion"), ("ciones", "tion"), ("cao", "tion"), ("coes", "tion"), ("ique", "ic"), ("iques", "ic"),
    ("ico", "ic"), ("ica", "ic"), ("icos", "ic"), ("icas", "ic"), ("isch", "ic"), ("ische", "ic"), ("oso", "ous"),
    ("osa", "ous"), ("eux", "ous"), ("euse", "ous"), ("idad", "ity"), ("idade", "ity"), ("ite", "ity"), ("itat", "ity"),
    ("ismo", "ism"), ("isme", "ism"), ("ismus", "ism"), ("ista", "ist"), ("iste", "ist"), ("ia", "y"), ("ie", "y"),
    ("ado", "ated"), ("ada", "ated"), ("iert", "ated"), ("o", ""), ("a", ""), ("e", ""), ("os", ""), ("as", ""),
    ("en", ""), ("k", "c"), ("", ""),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """An English word of a prompt, with the place of what it stands for."""

    word: str
    start: int
    end: int
    after_pause: bool = False


def guess(tokens: Sequence[Token], lexicon: Lexicon, known: Set[str]) -> Language:
    """The language that most words are of; English where none leads. `known` holds stems of English words."""
    scores = dict.fromkeys(LANGUAGES, 0.0)
    for word in {token.word for token in tokens}:
        speakers = [language for language in LANGUAGES[1:] if _is_of(word, language, lexicon)]
        english = word in lexicon.stopwords["en"] or stem(word) in known
        share = 0.5 if english and speakers else 1.0
        for language in (*speakers, *(("en",) if english else ())):
            scores[language] += share
    best = max(LANGUAGES[1:], key=lambda language: scores[language])
    return best if scores[best] > scores["en"] else "en"


def _is_of(word: str, language: Language, lexicon: Lexicon) -> bool:
    if word in lexicon.stopwords[language] or word in lexicon.written[language]:
        return True
    return len(word) > _SHORTEST_PART and (stem(word, language),) in lexicon.translations[language]


def translated(tokens: Sequence[Token], language: Language, lexicon: Lexicon, known: Set[str]) -> list[Word]:
    """The prompt's words in English, without the function words of `language`; what is unknown stays as it is."""
    stems = [stem(token.word, language) for token in tokens]
    found: list[Word] = []
    place, pause = 0, False
    while place < len(tokens):
        length, meaning = _longest(stems, place, lexicon.translations[language], lexicon.longest)
        token = tokens[place]
        if length == 1 and token.word in lexicon.stopwords[language]:
            meaning = meaning if meaning in (("without",), ("not",)) else ()
        elif not length:
            length, meaning = 1, _other(token.word, language, lexicon, known)
        end = tokens[place + length - 1].end
        pause = pause or token.after_pause
        for word in meaning:
            found.append(Word(word, token.start, end, pause))
            pause = False
        place += length
    return found


def _longest(
    stems: Sequence[str], place: int, phrases: dict[tuple[str, ...], tuple[str, ...]], longest: int
) -> tuple[int, tuple[str, ...]]:
    for length in range(min(longest, len(stems) - place), 0, -1):
        meaning = phrases.get(tuple(stems[place : place + length]))
        if meaning is not None:
            return length, meaning
    return 0, ()


def _other(word: str, language: Language, lexicon: Lexicon, known: Set[str]) -> tuple[str, ...]:
    """A word that no lexicon has: a stop word, an English one, a compound, a cognate, or one that is misspelt."""
    if word in lexicon.stopwords[language]:
        return ()
    if word in lexicon.stopwords["en"]:
        return (word,)
    if language == "de" and (parts := _compound(word, lexicon)):
        return parts
    if stem(word) in known:
        return (word,)
    if cognate := _cognate(word, known):
        return (cognate,)
    own = dict.fromkeys(lexicon.written[language], 0.0)
    near = nearest(word, own)
    return lexicon.translations[language].get((stem(near, language),), (word,)) if near else (word,)


def _compound(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    parts = lexicon.translations["de"]
    for cut in range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1):
        tail = parts.get((stem(word[cut:], "de"),))
        if tail is None:
            continue
        for link in _LINKS:
            if word[:cut].endswith(link) and cut - len(link) >= _SHORTEST_PART:
                head = parts.get((stem(word[: cut - len(link)], "de"),))
                if head is not None:
                    return (*head, *tail)
    return ()


def _cognate(word: str, known: Set[str]) -> str | None:
    if len(word) < _SHORTEST_COGNATE:
        return None
    tries = (word.removesuffix(theirs) + ours for theirs, ours in _COGNATES if theirs and word.endswith(theirs))
    return next((each for each in tries if len(each) > _SHORTEST_PART and stem(each) in known), None)
