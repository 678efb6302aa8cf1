"""What the API answers, as far as the tools use it; members that are not named here are left aside."""

from typing import Any

from pydantic import BaseModel


class Author(BaseModel):
    """Who made a work."""

    handle: str


class VersionRef(BaseModel):
    """A version of a work."""

    id: str
    version: int


class SourceError(BaseModel):
    """A compile error at a place in the source."""

    line: int
    column: int | None = None
    token: str | None = None
    message: str


class Card(BaseModel):
    """A work in a list."""

    id: str
    title: str
    author: Author
    tags: list[str]
    licence: str
    score: int
    forks: int


class CardPage(BaseModel):
    """A page of a list."""

    items: list[Card]
    next_cursor: str | None = None


class Render(BaseModel):
    """Where the pictures of a version stand."""

    status: str
    failure_code: str | None = None
    errors: list[SourceError] = []
    average_color: str | None = None
    animated: bool | None = None


class Work(Card):
    """A whole work with its newest version."""

    version: int
    dialect: str
    visibility: str
    ai_label: str
    parent: VersionRef | None = None
    inherited_licence: str | None = None
    description: str
    source: str
    parameters: list[dict[str, Any]]
    parameter_values: dict[str, Any]
    render: Render


class Version(BaseModel):
    """An immutable snapshot of a work."""

    version: int
    dialect: str
    note: str
    source: str
    parameters: list[dict[str, Any]]
    parameter_values: dict[str, Any]
    render_status: str


class Validation(BaseModel):
    """What the static gate and the compiler say."""

    ok: bool
    code: str | None = None
    dialect: str | None = None
    errors: list[SourceError] = []
    parameters: list[dict[str, Any]] = []
    compiled: bool


class Picture(BaseModel):
    """A picture in base64; several frames stand in reading order."""

    content_type: str
    width: int
    height: int
    columns: int
    rows: int
    gap: int = 0
    times: list[float]
    flat: list[bool]
    average_color: str
    data: str


class Preview(Validation):
    """A validation with the picture, which is null where there is none."""

    animated: bool | None = None
    picture: Picture | None = None


class CurrentKey(BaseModel):
    """Whose key, or sign-in, a credential is."""

    handle: str
    scopes: list[str]
