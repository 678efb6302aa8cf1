"""The labelled set, wishes.txt: prompts, and which of them are one wish."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PATH = Path(__file__).parent / "wishes.txt"

Half = Literal["tuning", "held out"]
Kind = Literal["wording", "near miss", "alone"]


@dataclass(frozen=True)
class Prompt:
    """A prompt. `wish` is equal for the prompts that are one wish; `near` is the one that a near miss resembles."""

    text: str
    wish: str
    kind: Kind
    near: str
    half: Half


def prompts(path: Path = PATH) -> list[Prompt]:
    """All prompts, in the order of the file. Intents take turns between the halves; near misses stay with theirs."""
    found: list[Prompt] = []
    intent, number = "", -1
    for line in path.read_text(encoding="utf-8").splitlines():
        mark, _, text = line.partition(" ")
        if mark == "#" and not text[:1].isupper() and len(text.split()) <= 3:
            intent, number = text, number + 1
        elif mark == "=":
            found.append(Prompt(text, intent, "wording", "", _half(number)))
        elif mark == "~":
            found.append(Prompt(text, text, "near miss", intent, _half(number)))
        elif mark == ".":
            found.append(Prompt(text, text, "alone", "", _half(len(found))))
    return found


def _half(number: int) -> Half:
    return "held out" if number % 2 else "tuning"
