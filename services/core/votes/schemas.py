"""What the API takes and gives about votes."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from services.contracts.shaders import ShaderSummary


class VoteValue(StrEnum):
    """A vote; `none` is the absence of one."""

    UP = "up"
    DOWN = "down"
    NONE = "none"

    @property
    def points(self) -> int:
        """What the vote adds to the score: 1, -1 or 0."""
        return {VoteValue.UP: 1, VoteValue.DOWN: -1, VoteValue.NONE: 0}[self]

    @classmethod
    def of(cls, points: int | None) -> "VoteValue":
        """The vote that a stored number stands for."""
        return {1: cls.UP, -1: cls.DOWN}.get(points or 0, cls.NONE)


class VoteCast(BaseModel):
    """The vote that the caller wants to have on a shader from now on."""

    model_config = ConfigDict(extra="forbid")

    value: VoteValue = Field(examples=["up"])


class VoteState(BaseModel):
    """The caller's vote on a shader, and its counts after it."""

    shader_id: str = Field(examples=["7kQmZ2xYp4c"])
    value: VoteValue = Field(examples=["up"])
    up: int = Field(examples=[12])
    down: int = Field(examples=[1])
    score: int = Field(examples=[11], description="`up - down`")


class VotedWork(BaseModel):
    """A shader that the caller has voted on."""

    shader: ShaderSummary
    value: VoteValue = Field(examples=["up"])
    voted_at: datetime = Field(examples=["2026-11-23T10:00:00Z"], description="When the first vote on it was cast")


class VotesOnWorks(BaseModel):
    """The caller's votes on the shaders that were asked for; those without a vote are left out."""

    votes: dict[str, VoteValue] = Field(examples=[{"7kQmZ2xYp4c": "up"}])
