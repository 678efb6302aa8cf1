"""Small changes of a prompt: some leave the wish what it is, others make it another one."""

import re
from collections.abc import Callable, Sequence
from random import Random

from services.core.embedding.lexicon import lexicon
from services.core.embedding.stems import stem, tokens_of
from tests.benchmarks.desires.labels import Prompt

COLOURS = ("red", "blue", "green", "yellow", "orange", "purple", "pink", "black", "white")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"

Edit = Callable[[str, Random, Sequence[str]], str | None]


def _shout(text: str, _random: Random, _words: Sequence[str]) -> str:
    return text.upper() + "!!"


def _polite(text: str, _random: Random, _words: Sequence[str]) -> str:
    return f"hi, please make {text}, thanks"


def _reordered(text: str, _random: Random, _words: Sequence[str]) -> str | None:
    parts = text.split(", ")
    return ", ".join(reversed(parts)) if len(parts) > 1 else None


def _typo(text: str, random: Random, _words: Sequence[str]) -> str | None:
    word = max(re.findall(r"[A-Za-z]+", text), key=len)
    if len(word) < 4:
        return None
    place = random.randrange(1, len(word) - 1)
    head, tail = word[:place], word[place:]
    other = random.choice(_LETTERS)
    slips = (head + tail[1:], head + tail[1] + tail[0] + tail[2:], head + other + tail[1:], head + tail[0] + tail)
    return text.replace(word, random.choice(slips), 1)


def _dropped(text: str, random: Random, _words: Sequence[str]) -> str | None:
    words = text.split()
    if len(words) < 5:
        return None
    del words[random.randrange(len(words))]
    return " ".join(words)


def _recoloured(text: str, random: Random, _words: Sequence[str]) -> str | None:
    for token in tokens_of(text):
        if token.word in COLOURS:
            other = random.choice([colour for colour in COLOURS if colour != token.word])
            return text[: token.start] + other + text[token.end :]
    return None


def _replaced(text: str, random: Random, words: Sequence[str]) -> str | None:
    stops = lexicon().stopwords["en"]
    content = [token for token in tokens_of(text) if token.word not in stops]
    if len(content) < 2:
        return None
    token = random.choice(content)
    other = random.choice([word for word in words if stem(word) != stem(token.word)])
    return text[: token.start] + other + text[token.end :]


def _as_pixel_art(text: str, _random: Random, _words: Sequence[str]) -> str | None:
    return None if "pixel" in text.lower() else f"{text}, as pixel art"


def _without(text: str, random: Random, words: Sequence[str]) -> str:
    return f"{text}, without {random.choice(words)}"


SAME: dict[str, Edit] = {
    "upper case and !!": _shout,
    "hi, please make ... thanks": _polite,
    "comma parts in other order": _reordered,
    "one typo in the longest word": _typo,
    "one word dropped": _dropped,
}
OTHER: dict[str, Edit] = {
    "another colour": _recoloured,
    "one content word replaced": _replaced,
    ", as pixel art": _as_pixel_art,
    ", without X": _without,
}


def edited(prompts: Sequence[Prompt], edit: Edit, seed: int = 0) -> list[tuple[str, str]]:
    """Pairs of a prompt and its edited twin, where the edit is possible."""
    random = Random(seed)
    stops = lexicon().stopwords["en"]
    words = sorted({token.word for prompt in prompts for token in tokens_of(prompt.text)} - stops)
    twins = ((prompt.text, edit(prompt.text, random, words)) for prompt in prompts)
    return [(text, twin) for text, twin in twins if twin is not None]
