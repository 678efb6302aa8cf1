"""What the API answers about people."""

from datetime import datetime

from pydantic import BaseModel, Field


class Bound(BaseModel):
    """How much of something there is, and how much there may be."""

    used: int = Field(examples=[12])
    limit: int = Field(examples=[200])


class Publishes(BaseModel):
    """The publishes of this calendar month (UTC)."""

    used: int = Field(examples=[3])
    limit: int | None = Field(description="null: without a limit", examples=[5])
    resets_at: datetime


class Usage(BaseModel):
    """What an account uses of what it may."""

    drafts: Bound = Field(description="Shaders that were never published, private ones too")
    bytes: Bound = Field(description="Sources, quick stills and loops of all that is not deleted")
    publishes: Publishes
    versions_per_shader: int = Field(description="How many versions one shader may have", examples=[200])


class PublicProfile(BaseModel):
    """What everybody sees of a user."""

    handle: str = Field(examples=["ada"])
    display_name: str = Field(examples=["Ada L."])
    bio: str
    created_at: datetime
    shaders: int = Field(description="How many public shaders", examples=[12])
    score: int = Field(description="The sum of their scores", examples=[340])
    reputation: int = Field(default=0, description="Points received for answers to desires", examples=[12])
