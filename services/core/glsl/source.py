"""Shader text as a GLSL preprocessor sees it.

`logical_lines` splices line continuations and makes every comment one space, while each line still knows where in the
author's text it begins. Nothing here fails: a block comment that is never closed runs to the end of the text.
services/web/runtime/scan.ts does the same in the browser; the vectors beside it hold for both.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

# Spaces that pages and editors slip into pasted text: no-break, zero-width, byte order mark and their like.
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]")
_LINE_END = re.compile(r"\r\n?")
_PIECE = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)|\n|\Z", re.DOTALL)
_DIRECTIVE = re.compile(r"[ \t\v\f]*#[ \t\v\f]*([A-Za-z_][A-Za-z0-9_]*)?")


@dataclass(frozen=True, slots=True)
class LogicalLine:
    text: str
    number: int
    """Line of the author's text where it begins, from 1."""
    comment: str | None
    """What stands after `//` on it."""
    directive: str | None
    """The directive's name (`define`, `line`, ...; empty for a lone `#`); None where the line is none."""


def normalise(source: str) -> str:
    """`source` with every line end as `\\n` and every exotic space as a plain one; lines and columns stay."""
    return _SPACES.sub(" ", _LINE_END.sub("\n", source))


def logical_lines(source: str) -> list[LogicalLine]:
    spliced, numbers = _splice(normalise(source))
    lines: list[LogicalLine] = []
    parts: list[str] = []
    comment: str | None = None
    start: int | None = None
    last = newlines = 0
    for match in _PIECE.finditer(spliced):
        piece = match.group()
        code = spliced[last : match.start()]
        if start is None and (code or piece not in ("", "\n")):
            start = numbers[newlines]
        parts.append(code)
        last = match.end()
        if piece not in ("", "\n"):
            parts.append(" ")
            newlines += piece.count("\n")
            comment = piece[2:] if comment is None and piece.startswith("//") else comment
            continue
        lines.append(_line("".join(parts), numbers[newlines] if start is None else start, comment))
        parts, comment, start = [], None, None
        newlines += 1
    return lines


def plain_code(lines: Sequence[LogicalLine]) -> str:
    """The code of the lines that are no directives."""
    return "\n".join(line.text for line in lines if line.directive is None)


def _line(text: str, number: int, comment: str | None) -> LogicalLine:
    match = _DIRECTIVE.match(text)
    return LogicalLine(text, number, comment, (match.group(1) or "") if match else None)


def _splice(source: str) -> tuple[str, list[int]]:
    """`source` without continuations, and the author's line number of each line that is left."""
    numbers = [1]
    number = 1
    pieces = source.split("\\\n")
    for index, piece in enumerate(pieces):
        number += index > 0
        for _ in range(piece.count("\n")):
            number += 1
            numbers.append(number)
    return "".join(pieces), [*numbers, number]
