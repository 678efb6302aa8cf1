"""Lists in the API's answers."""

from typing import Generic, TypeVar

from pydantic import BaseModel, Field

T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """A page of a list. `next_cursor` is null at the end."""

    items: list[T]
    next_cursor: str | None = Field(default=None, examples=["WyJuZXciLCIyMDI2Il0"])
