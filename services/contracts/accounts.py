"""What the API answers about people."""

from datetime import datetime

from pydantic import BaseModel, Field


class PublicProfile(BaseModel):
    """What everybody sees of a user."""

    handle: str = Field(examples=["ada"])
    display_name: str = Field(examples=["Ada L."])
    bio: str
    created_at: datetime
    shaders: int = Field(description="How many public shaders", examples=[12])
    score: int = Field(description="The sum of their scores", examples=[340])
