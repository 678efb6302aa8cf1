"""What all processes say about a source: its dialect, and the errors in it."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field


class Dialect(StrEnum):
    """How the source is to be wrapped (docs/dialects.md)."""

    SHADERTOY = "shadertoy"
    GLSL_SANDBOX = "glsl-sandbox"
    BOOK_OF_SHADERS = "book-of-shaders"
    ES100 = "es100"
    ES300 = "es300"


Text = Annotated[str, BeforeValidator(lambda value: value[:500] if isinstance(value, str) else value)]


class SourceError(BaseModel):
    """A compile error at a place in the author's own source; `line` counts from 1."""

    line: int = Field(ge=1, examples=[3])
    column: int | None = Field(default=None, ge=0, examples=[None])
    token: Text | None = Field(default=None, examples=["colr"])
    message: Text = Field(examples=["undeclared identifier"])
