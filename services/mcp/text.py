"""Keeping results small: texts cut to a number of bytes in JSON, rows of lists, and parts of a source.

A result's text is JSON of at most `RESULT_BYTES`; a row of a list has at most `ROW_BYTES`.
"""

from dataclasses import dataclass

from pydantic import BaseModel
from pydantic_core import to_json

RESULT_BYTES = 25_000
ROW_BYTES = 200
PICTURE_BYTES = 150_000


def json_bytes(value: object) -> int:
    """How many bytes `value` has as JSON, its quotes included."""
    return len(to_json(value))


def size_of(model: BaseModel) -> int:
    """How many bytes a result has."""
    return len(model.model_dump_json(exclude_none=True).encode())


def shortened(text: str, most: int) -> str:
    """`text`, cut with an ellipsis so that it has at most `most` bytes in JSON, without its quotes."""
    if json_bytes(text) - 2 <= most:
        return text
    low, high = 0, min(len(text), most)
    while low < high:
        middle = (low + high + 1) // 2
        if json_bytes(text[:middle] + "…") - 2 <= most:
            low = middle
        else:
            high = middle - 1
    return text[:low] + "…" if most >= 3 else ""


def lines_of(source: str) -> list[str]:
    """The lines of a source as compilers and the API count them."""
    return source.replace("\r\n", "\n").replace("\r", "\n").split("\n")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines `first` to `last` of `total`; `whole_lines` is false where even one line was too long."""

    text: str
    first: int
    last: int
    total: int
    whole_lines: bool = True


def part_of(source: str, first: int, last: int | None, most: int) -> Part:
    """As many lines from `first` on as fit into `most` bytes of JSON."""
    lines = lines_of(source)
    total = len(lines)
    first = min(first, total)
    wanted = lines[first - 1 : last]
    text = "\n".join(wanted)
    if json_bytes(text) - 2 <= most:
        return Part(text, first, first + len(wanted) - 1, total)
    room, taken = most, 0
    for line in wanted:
        room -= json_bytes(line)  # Two quotes here, two bytes for the line break there.
        if room < 0:
            break
        taken += 1
    if taken == 0:
        return Part(shortened(wanted[0], most), first, first, total, whole_lines=False)
    return Part("\n".join(wanted[:taken]), first, first + taken - 1, total)
