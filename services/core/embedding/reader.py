"""What a prompt says, as weighted stems of English words: asking words dropped, jargon put into plain words.

The one way from a text to terms, which embedders, the guard and the differences share. A reader knows the words of a
vocabulary besides those of the lexicons, so that it can tell a slip of the finger from a name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from services.core.embedding.language import Word, guess, translated
from services.core.embedding.lexicon import Lexicon, lexicon
from services.core.embedding.spelling import nearest
from services.core.embedding.stems import Language, stem, tokens_of

NEGATIONS = frozenset(map(stem, ("without", "not", "no", "never", "none", "minus", "except", "isnt", "dont")))
# How many words of content a negation reaches, where no punctuation ends it.
_REACH = 2
_SHORTEST_KNOWN = 3


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a prompt. `start` and `end` are its place in the text; those of jargon share their term's."""

    stem: str
    start: int
    end: int
    # As it was written, in English; unknown where no list has it, whatever it was taken for.
    word: str = ""
    is_unknown: bool = False
    is_scaffold: bool = False
    # Stands left of the equals sign in the jargon, and right of it.
    is_jargon: bool = False
    is_expansion: bool = False
    is_negated: bool = False


@dataclass(frozen=True)
class Reading:
    """The terms of a text and the language that it was read in."""

    language: Language
    terms: tuple[Term, ...]
    # The text in English without words of asking, then what its jargon stands for, as other models read it.
    english: str


class Reader:
    """Reads prompts. Threads may share one."""

    def __init__(self, vocabulary: Mapping[str, float], written: Mapping[str, float]) -> None:
        """How rare stems of English words are, and the words themselves."""
        self._lexicon: Lexicon = lexicon()
        self._written = written
        self._stems = vocabulary
        of_jargon = {part for phrase in self._lexicon.jargon for part in phrase}
        self._known = vocabulary.keys() | of_jargon | self._lexicon.attributes.keys() | self._lexicon.scaffold
        self._stops = self._lexicon.stopwords["en"]
        self.read = lru_cache(maxsize=4_096)(self._read)

    def _read(self, text: str) -> Reading:
        tokens = tokens_of(text)
        language = guess(tokens, self._lexicon, self._known)
        if language == "en":
            words = [Word(token.word, token.start, token.end, token.after_pause) for token in tokens]
        else:
            words = translated(tokens, language, self._lexicon, self._known)
        spelt = [self._spelt(word.word) for word in words]
        terms = _with_negation(self._terms(words, [stem(word) for word in spelt]), words)
        plain = dict.fromkeys(term.word for term in terms if term.is_expansion)
        english = [word for word in spelt if word not in self._stops]
        return Reading(language, tuple(terms), " ".join((*english, *plain)))

    def _terms(self, words: Sequence[Word], stems: Sequence[str]) -> list[Term]:
        found: list[Term] = []
        place = 0
        while place < len(words):
            length, plain = self._jargon(stems, place)
            span = words[place].start, words[place + max(length, 1) - 1].end
            parts = range(place, place + max(length, 1))
            found += [
                replace(self._term(words[part], stems[part]), is_jargon=bool(length))
                for part in parts
                if words[part].word not in self._stops
            ]
            found += [
                Term(stem(word), *span, word, is_scaffold=self._is_scaffold(stem(word)), is_expansion=True)
                for word in plain
            ]
            place += max(length, 1)
        return found

    def _term(self, word: Word, read: str) -> Term:
        unknown = stem(word.word) not in self._known
        return Term(read, word.start, word.end, word.word, unknown, self._is_scaffold(read))

    def _spelt(self, word: str) -> str:
        """The word, or what was meant by it."""
        own = stem(word)
        if own in self._known or word in self._stops or len(word) <= _SHORTEST_KNOWN:
            return word
        return nearest(word, self._written) or nearest(own, self._stems) or word

    def _is_scaffold(self, word: str) -> bool:
        return word in self._lexicon.scaffold

    def _jargon(self, stems: Sequence[str], place: int) -> tuple[int, tuple[str, ...]]:
        for length in range(min(self._lexicon.longest, len(stems) - place), 0, -1):
            plain = self._lexicon.jargon.get(tuple(stems[place : place + length]))
            if plain is not None:
                return length, plain
        return 0, ()


def _with_negation(terms: Sequence[Term], words: Sequence[Word]) -> list[Term]:
    """Marks what stands behind a negation, up to a pause."""
    pauses = sorted(word.start for word in words if word.after_pause)
    found: list[Term] = []
    left, reached, last = 0, -1, -1
    for term in terms:
        if any(last < pause <= term.start for pause in pauses):
            left = 0
        if term.is_expansion:
            found.append(replace(term, is_negated=bool(found) and found[-1].is_negated))
        elif term.stem in NEGATIONS:
            left = _REACH
            found.append(term)
        else:
            if left and term.start != reached:
                left, reached = left - 1, term.start
            found.append(replace(term, is_negated=reached == term.start))
        last = max(last, term.start)
    return found
