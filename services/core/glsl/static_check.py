"""The static check: what a source must be before anything is stored or any compiler sees it.

`check(source, limit)` gives the source as it is kept (line ends as `\\n`, no byte order mark), its dialect
and the parameters it declares, or raises one of the errors below. Each carries `errors`: every finding with its
line, in the same form as a compiler's, so that an editor shows both alike.

The compiler decides about everything else. What is refused here could forge the lines of its messages (`#line`,
`#version` in the middle), reach for files (`#include`) or deceive a reader (control characters). A directive counts
wherever the preprocessor could see one, with and without line continuations, behind comments and after other code:
a `#` has no other use in this language.
"""

import asyncio
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from services.contracts.glsl import Dialect, SourceError
from services.core.glsl.dialect import detect_dialect
from services.core.glsl.foreign import foreign_language
from services.core.glsl.parameters import Parameter, parse_parameters
from services.core.glsl.source import normalise
from services.core.kit.errors import InvalidInputError, TooLargeError
from services.core.kit.text import BIDI_CONTROLS

MAX_FINDINGS = 50
_LONG = 8_192

_BLANK = "\t\v\f "
_COMMENT = re.compile(r"//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_DIRECTIVE = re.compile(rf"#[{_BLANK}]*([A-Za-z_]\w*)?([^\n#]*)")
_VERSION = re.compile(r"(?:100|300\s+es)\s*")
_DESKTOP = re.compile(r"1[1-5]0\b|3[3-9]0\b|4[0-6]0\b")
_EXTENSION = re.compile(r"(?:GL_\w+\s*:\s*(?:enable|require|warn|disable)|all\s*:\s*(?:warn|disable))\s*")
_FORBIDDEN = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{''.join(BIDI_CONTROLS)}]")


class SourceRefusedError(InvalidInputError):
    """The static check does not let the source pass; `errors` says where and why."""

    code = "source_refused"
    title = "This source cannot be taken"

    def __init__(self, findings: list[SourceError]) -> None:
        kept = findings[:MAX_FINDINGS]
        super().__init__(
            f"Line {kept[0].line}: {kept[0].message}", extra={"errors": [each.model_dump() for each in kept]}
        )
        self.findings = kept


class EmptySourceError(SourceRefusedError):
    """There is nothing but white space."""

    code = "source_empty"
    title = "The source is empty"


class SourceTooLargeError(TooLargeError):
    """The source has more bytes than allowed; `limit` and `size` are bytes of UTF-8."""

    code = "source_too_large"
    title = "The source is too large"


class ControlCharacterError(SourceRefusedError):
    """A character that is no text: NUL, a control character, half of a surrogate pair, a bidirectional override."""

    code = "control_character"
    title = "The source holds a character that is no text"


class LineDirectiveError(SourceRefusedError):
    """`#line` would forge the lines of error messages."""

    code = "line_directive"
    title = "#line is not allowed"


class VersionDirectiveError(SourceRefusedError):
    """A `#version` that is not `100` or `300 es`, or that is not the first thing in the source."""

    code = "version_directive"
    title = "This #version is not allowed"


class IncludeDirectiveError(SourceRefusedError):
    """`#include` has no files to find here."""

    code = "include_directive"
    title = "#include is not supported"


class ExtensionDirectiveError(SourceRefusedError):
    """`#extension` in a form that the language does not know."""

    code = "extension_directive"
    title = "This #extension is malformed"


class UnknownDialectError(SourceRefusedError):
    """No entry point of a dialect that is known here."""

    code = "unknown_dialect"
    title = "This is no shader that is known here"


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """A source that passed, as it is kept."""

    source: str
    dialect: Dialect
    parameters: list[Parameter]


@dataclass(frozen=True, slots=True)
class _Directive:
    line: int
    name: str
    rest: str
    leads: bool


async def check(source: str, limit: int) -> CheckedSource:
    """As `check_source`; a long source is read in a thread, so that others are served meanwhile."""
    if len(source) < _LONG:
        return check_source(source, limit)
    return await asyncio.to_thread(check_source, source, limit)


def check_source(source: str, limit: int) -> CheckedSource:
    """`source` checked and normalised; `limit` is in bytes of UTF-8."""
    text = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    _refuse_size(text, limit)
    _refuse_characters(text)
    dialect = detect_dialect(text)
    if message := foreign_language(text, has_entry=dialect is not None):
        raise UnknownDialectError([SourceError(line=1, message=message)])
    _refuse_directives(text)
    if dialect is None:
        message = "no mainImage, and no main that writes gl_FragColor or an `out vec4`"
        raise UnknownDialectError([SourceError(line=1, message=message)])
    return CheckedSource(text, Dialect(dialect), parse_parameters(text))


def _refuse_size(text: str, limit: int) -> None:
    if not text.strip():
        raise EmptySourceError([SourceError(line=1, message="there is nothing here")])
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > limit:
        raise SourceTooLargeError(
            f"It has {size} bytes; at most {limit} are allowed", extra={"limit": limit, "size": size}
        )


def _refuse_characters(text: str) -> None:
    findings = [
        SourceError(line=number, column=match.start() + 1, message=f"the character U+{ord(match[0]):04X} is no text")
        for number, line in enumerate(text.split("\n"), 1)
        if (match := _FORBIDDEN.search(line))
    ]
    if findings:
        raise ControlCharacterError(findings)


def _refuse_directives(text: str) -> None:
    found: dict[tuple[int, str], type[SourceRefusedError]] = {}
    seen = normalise(text)
    for reading in (_Reading.plain(seen), _Reading.spliced(seen)):
        for directive in reading.directives():
            if refusal := _refusal(directive):
                found.setdefault((directive.line, refusal[1]), refusal[0])
    if found:
        ordered = sorted(found.items(), key=lambda item: item[0][0])
        findings = [SourceError(line=line, token="#", message=message) for (line, message), _ in ordered]  # noqa: S106
        raise ordered[0][1](findings)


def _refusal(directive: _Directive) -> tuple[type[SourceRefusedError], str] | None:
    rest = directive.rest.strip()
    if directive.name == "line":
        return LineDirectiveError, "#line is not allowed"
    if directive.name == "include":
        return IncludeDirectiveError, "#include is not supported; paste the code"
    if directive.name == "version" and not (directive.leads and _VERSION.fullmatch(rest)):
        if desktop := _DESKTOP.match(rest):
            return VersionDirectiveError, f"#version {desktop[0]} is GLSL of the desktop: the line may go"
        return VersionDirectiveError, "only `#version 300 es` or `#version 100`, before everything else"
    if directive.name == "extension" and not _EXTENSION.fullmatch(rest):
        return ExtensionDirectiveError, "write `#extension GL_NAME : enable`"
    return None


class _Reading:
    """One way in which a preprocessor may read a text: comments are one space, continuations joined or not."""

    def __init__(self, text: str, joins: list[int]) -> None:
        self._text = text
        self._joins = joins

    @classmethod
    def plain(cls, text: str) -> "_Reading":
        return cls(text, [])

    @classmethod
    def spliced(cls, text: str) -> "_Reading":
        parts = text.split("\\\n")
        joins, at = [], 0
        for part in parts[:-1]:
            at += len(part)
            joins.append(at)
        return cls("".join(parts), joins)

    def directives(self) -> Iterator[_Directive]:
        """Every `#` in the code, in order."""
        code, starts, origins = self._code()
        leads_at = len(code) - len(code.lstrip())
        counted, line = 0, 1
        for match in _DIRECTIVE.finditer(code):
            piece = bisect_right(starts, match.start()) - 1
            at = origins[piece] + match.start() - starts[piece]
            line += self._text.count("\n", counted, at)
            counted = at
            shown = line + bisect_right(self._joins, at)
            yield _Directive(shown, match[1] or "", match[2], leads=match.start() == leads_at)

    def _code(self) -> tuple[str, list[int], list[int]]:
        """The code without comments, and where each piece of it stands in the code and in the text."""
        pieces, starts, origins = [], [], []
        length = last = 0
        for match in [*_COMMENT.finditer(self._text), None]:
            end = match.start() if match else len(self._text)
            piece = self._text[last:end] + (" " if match else "")
            starts.append(length)
            origins.append(last)
            pieces.append(piece)
            length += len(piece)
            last = match.end() if match else end
        return "".join(pieces), starts, origins
