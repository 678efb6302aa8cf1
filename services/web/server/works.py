"""What the documents need of the API's answers, and nothing more: a member that the API adds later does no harm."""

from pydantic import BaseModel, Field


class Author(BaseModel):
    """Who made a work."""

    handle: str
    display_name: str


class Card(BaseModel):
    """A work in a list."""

    id: str
    title: str
    author: Author
    still_url: str | None = None
    published_at: str | None = None


class Work(Card):
    """A whole work."""

    description: str = ""
    source: str
    licence: str
    tags: list[str] = Field(default_factory=list)
    visibility: str = "public"


class CardPage(BaseModel):
    """A page of a list."""

    items: list[Card]


class Profile(BaseModel):
    """What everybody sees of a user."""

    handle: str
    display_name: str
    bio: str = ""
