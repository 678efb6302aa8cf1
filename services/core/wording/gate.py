"""The gate that every text passes which strangers can show to others: titles, descriptions, tags, notes, names.

A field of a request body is marked with `SHOWN`; `require` collects the marked fields of a body and raises
`TextRefusedError`, which names the field and never repeats the text. What only moderators read (reports, answers) does
not pass here: they have to be able to quote.

A gate is anything with `TextGate`'s method; `WordList` is the default, and endpoint.py has one that asks a service. So
a gate may take seconds: it is asked before any transaction, lock or claim, in a route that has one by `gated`
(services/api/deps.py).
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel

from services.core.kit.errors import InvalidInputError
from services.core.wording.settings import GateKind, WordingSettings
from services.core.wording.spelling import readings_of, tokens_of

_LIST = Path(__file__).parent / "words.txt"


class Shown:
    """Marks a field whose text others see: `Annotated[str, SHOWN, ...]`."""


SHOWN = Shown()


class TextRefusedError(InvalidInputError):
    """A text holds what this site does not show; `fields` names where."""

    code = "text_refused"
    title = "This site does not show such words"

    def __init__(self, field: str) -> None:
        message = "holds words that this site does not show"
        super().__init__(f"{field}: {message}", extra={"fields": [{"in": "body", "field": field, "message": message}]})


class TextGate(Protocol):
    """Decides which texts may be shown."""

    async def refused(self, texts: Mapping[str, str]) -> str | None:
        """The name of a text that may not be shown; None where all may. Raises `UnavailableError` if it cannot say."""


class WordList:
    """Refuses the words and phrases of a list, as whole words, however they are spelt (spelling.py)."""

    def __init__(self, words: set[str]) -> None:
        self._phrases = {" ".join(tokens_of(word)) for word in words}
        self._beginnings = {phrase[:length] for phrase in self._phrases for length in range(len(phrase) + 1)}

    async def refused(self, texts: Mapping[str, str]) -> str | None:
        """The first text that holds one of the words."""
        return next((name for name, text in texts.items() if self._holds(text)), None)

    def _holds(self, text: str) -> bool:
        readings = [readings_of(token) for token in tokens_of(text)]
        return any(self._is_phrase_at(readings, start) for start in range(len(readings)))

    def _is_phrase_at(self, readings: list[set[str]], start: int) -> bool:
        found, place = {""}, start
        while found and place < len(readings):
            longer = {f"{before} {word}".strip() for before in found for word in readings[place]}
            if any(each in self._phrases or each.removesuffix("s") in self._phrases for each in longer):
                return True
            found = {each for each in longer if each.removesuffix("s") in self._beginnings}
            place += 1
        return False


class Open:
    """Shows everything."""

    async def refused(self, texts: Mapping[str, str]) -> str | None:
        """None."""
        return None


def gate_of(settings: WordingSettings) -> TextGate:
    """The list of words, as the settings have it."""
    if settings.gate is GateKind.OFF:
        return Open()
    lines = [line.strip() for line in _LIST.read_text().splitlines()]
    listed = {line for line in lines if line and not line.startswith("#")}
    return WordList((listed | settings.more_words) - settings.allowed_words)


async def require(gate: TextGate, body: BaseModel) -> None:
    """Raise `TextRefusedError` for the first marked field of `body` that the gate refuses."""
    field = await gate.refused(dict(shown_texts(body)))
    if field is not None:
        raise TextRefusedError(field)


def shown_texts(body: BaseModel) -> Iterator[tuple[str, str]]:
    """The marked fields of a body that were sent, by name; lists as lines."""
    for name in shown_fields(type(body)):
        value = getattr(body, name)
        if value:
            yield name, "\n".join(value) if isinstance(value, list) else value


def shown_fields(model: type[BaseModel]) -> list[str]:
    """The fields of a model that are marked."""
    return [name for name, field in model.model_fields.items() if _is_shown(field.metadata, field.annotation)]


def _is_shown(metadata: list[object], annotation: object) -> bool:
    parts = getattr(annotation, "__args__", ())
    inner = [each for part in parts for each in getattr(part, "__metadata__", ())]
    return any(isinstance(each, Shown) for each in [*metadata, *inner])
