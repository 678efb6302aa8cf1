"""`python -m tools.train_embedder.words FOLDER`: counts the word list, words.tsv, from the texts of FOLDER.

A line has a stem, how often it stands in a text (per million, the mean of the sources), and its most frequent words.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path

from services.core.embedding.lexicon import lexicon, lines
from services.core.embedding.stems import stem, tokens_of
from tools.train_embedder.sources import lemmas, sources

PATH = Path(__file__).parent / "words.tsv"
SIZE = 15_000
_FORMS = 8
_LONGEST = 24


def main() -> None:
    """Count and write."""
    folder = Path(sys.argv[1])
    shares: defaultdict[str, float] = defaultdict(float)
    forms: dict[str, Counter[str]] = {}
    for source in sources(folder):
        frequencies: Counter[str] = Counter()
        for text in source.texts:
            words = {token.word for token in tokens_of(text)}
            frequencies.update({stem(word) for word in words})
            for word in words:
                forms.setdefault(stem(word), Counter())[word] += 1
        for word, count in frequencies.items():
            shares[word] += source.share * count / len(source.texts)
    for word in own_words():
        forms.setdefault(stem(word), Counter())[word] += 1
    write(shares, forms, {stem(word) for word in lemmas(folder)})


def own_words() -> set[str]:
    """The English words of our lexicons, which the table must have."""
    texts = [line.split(";", 1)[0] for line in lines("translations.txt")]
    texts += [line.replace("|", " ").replace("=", " ") for line in lines("jargon.txt")]
    texts += [line.split(":", 1)[1] for line in lines("attributes.txt")]
    texts += list(lines("scaffold.txt"))
    stops = lexicon().stopwords["en"]
    return {token.word for text in texts for token in tokens_of(text)} - stops


def write(shares: Mapping[str, float], forms: dict[str, Counter[str]], entries: set[str]) -> None:
    """The words of the lexicons, then the most frequent ones that a dictionary has or that are frequent enough."""
    own = {stem(word) for word in own_words() if _is_word(word)}
    stops = {stem(word) for word in lexicon().stopwords["en"]}
    ranked = sorted(shares, key=lambda word: (-shares.get(word, 0.0) * (1 if word in entries else 0.3), word))
    others = (word for word in ranked if word not in own and word not in stops and _is_word(word))
    chosen = sorted(own | {word for word, _ in zip(others, range(SIZE - len(own)), strict=False)})
    with PATH.open("w", encoding="utf-8") as file:
        for word in chosen:
            common = sorted(forms[word], key=lambda form: (-forms[word][form], form))[:_FORMS]
            file.write(f"{word}\t{shares.get(word, 0.0) * 1e6:.1f}\t{' '.join(common)}\n")


def _is_word(word: str) -> bool:
    return word.isascii() and 1 < len(word) <= _LONGEST and any(letter.isalpha() for letter in word)


if __name__ == "__main__":
    main()
