"""What the pages need of the API's answers, and nothing more: a member that the API adds later does no harm."""

import re
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

_COLOR = re.compile(r"#[0-9a-f]{6}")


class Author(BaseModel):
    """Who made a work."""

    handle: str
    display_name: str


class Reference(BaseModel):
    """A version of a work."""

    id: str
    version: int


class Render(BaseModel):
    """Where the pictures of the newest version stand."""

    status: str
    failure_code: str | None = None
    preview_status: str = "pending"


class Card(BaseModel):
    """A work in a list."""

    id: str
    title: str
    author: Author
    licence: str
    ai_label: str
    dialect: str
    version: int
    score: int
    forks: int = 0
    still_url: str | None = None
    preview_url: str | None = None
    average_color: str | None = None
    parent: Reference | None = None

    @property
    def color(self) -> str:
        """The picture's average colour, checked, because it is written into a style sheet."""
        return self.average_color if _COLOR.fullmatch(self.average_color or "") and self.average_color else "#242424"


class Work(Card):
    """A whole work."""

    description: str = ""
    source: str
    tags: list[str] = Field(default_factory=list)
    parameters: list[dict[str, Any]] = Field(default_factory=list)
    published_at: datetime | None = None
    render: Render


class Version(BaseModel):
    """One version of a work."""

    version: int
    note: str = ""
    restored_from: int | None = None
    created_at: datetime
    render_status: str


class LineageNode(BaseModel):
    """A work in a family tree; what may not be seen has no title."""

    id: str
    available: bool
    title: str | None = None
    author: Author | None = None


class CardPage(BaseModel):
    """A page of a list."""

    items: list[Card]
    next_cursor: str | None = None


class VersionPage(BaseModel):
    """The newest versions of a work."""

    items: list[Version]
    next_cursor: str | None = None


class Lineage(BaseModel):
    """Where a work comes from, the oldest first."""

    ancestors: list[LineageNode]
