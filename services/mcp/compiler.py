"""Compile errors as an agent reads them: each with the text of its line, and few enough to be read."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, Field

from services.contracts.glsl import SourceError
from services.mcp.text import lines_of, shortened

MOST_FINDINGS = 20
_LINE_BYTES, _MESSAGE_BYTES, _TOKEN_BYTES = 200, 300, 80


class Finding(BaseModel):
    """An error at a place in the source."""

    line: int = Field(description="from 1")
    column: int | None = None
    token: str | None = Field(default=None, description="what it is about")
    message: str
    text: str | None = Field(default=None, description="that line of the source")


def findings(errors: Iterable[SourceError | Mapping[str, Any]], source: str) -> list[Finding]:
    """The first errors, with the lines of `source` that they are about."""
    lines = lines_of(source)
    found = []
    for error in list(errors)[:MOST_FINDINGS]:
        known = error if isinstance(error, SourceError) else SourceError.model_validate(error)
        text = lines[known.line - 1] if source and known.line <= len(lines) else None
        found.append(
            Finding(
                line=known.line,
                column=known.column,
                token=shortened(known.token, _TOKEN_BYTES) if known.token else None,
                message=shortened(known.message, _MESSAGE_BYTES),
                text=shortened(text, _LINE_BYTES) if text is not None else None,
            )
        )
    return found
