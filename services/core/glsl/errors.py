"""An error in a source, as a compiler and the static check report it."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field

Text = Annotated[str, BeforeValidator(lambda value: value[:500] if isinstance(value, str) else value)]


class SourceError(BaseModel):
    """A compile error at a place in the author's own source; `line` counts from 1."""

    line: int = Field(ge=1, examples=[3])
    column: int | None = Field(default=None, ge=0, examples=[None])
    token: Text | None = Field(default=None, examples=["colr"])
    message: Text = Field(examples=["undeclared identifier"])
