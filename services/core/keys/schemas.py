"""What goes in and out of API keys."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.core.identity.permissions import Scope
from services.core.kit.schemas import StrictBody
from services.core.kit.text import clean_line

LONGEST_OVERLAP = 604_800


def _name(text: str) -> str:
    cleaned = clean_line(text, limit=80)
    if not cleaned:
        raise ValueError("a key needs a name")
    return cleaned


def _in_order(scopes: list[Scope]) -> list[Scope]:
    """Each once, in the order of the enumeration."""
    return [scope for scope in Scope if scope in scopes]


Scopes = Annotated[
    list[Scope],
    Field(min_length=1, max_length=10, description="Every key may read", examples=[["read", "write"]]),
    AfterValidator(_in_order),
]


class KeyCreate(StrictBody):
    """A new key. Without `expires_in_days` it works until it is revoked."""

    name: Annotated[str, Field(min_length=1, max_length=200, examples=["my agent"]), AfterValidator(_name)]
    scopes: Scopes
    expires_in_days: int | None = Field(default=None, ge=1, le=365, examples=[90])


class KeyRotate(StrictBody):
    """For how long the old key goes on working beside the new one."""

    overlap_seconds: int = Field(default=86_400, ge=0, le=LONGEST_OVERLAP)


class KeyPublic(BaseModel):
    """A key without its value; `prefix` is how it begins."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str = Field(examples=["my agent"])
    prefix: str = Field(examples=["ff_live_Xq3k"])
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="At most a minute behind")
    revoked_at: datetime | None
    replaced_by: UUID | None = Field(description="The key that a rotation made out of this one")


class KeyCreated(KeyPublic):
    """A new key with its value."""

    key: str | None = Field(
        description="Shown this once. Null when an `Idempotency-Key` came again: then rotate the key, or revoke it",
        examples=["ff_live_Xq3k..."],
    )


class KeyUse(BaseModel):
    """A request with the key that changed something."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    method: str = Field(examples=["POST"])
    route: str = Field(examples=["/api/v1/shaders/{shader_id}/versions"])
    path: str = Field(description="What was made or changed", examples=["/api/v1/shaders/7YkQm2Xb4Ra/versions/2"])
    status: int = Field(examples=[201])
    request_id: str | None
    address: str = Field(description="Where the request came from", examples=["203.0.113.7"])


class CurrentKey(BaseModel):
    """Who calls, and what that credential may do. By an access token there is no key, and everything is allowed."""

    id: UUID | None
    name: str | None = Field(examples=["my agent"])
    prefix: str | None = Field(examples=["ff_live_Xq3k"])
    scopes: list[Scope]
    expires_at: datetime | None
    handle: str = Field(examples=["ada"])
