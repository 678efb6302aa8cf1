"""What goes in and out of sign-in with providers."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.core.accounts.schemas import DisplayName, Email, Handle, Tokens
from services.core.kit.schemas import StrictBody


def _own_path(value: str) -> str:
    # Browsers read `//host` and `/\\host` as addresses of another site.
    if not value.startswith("/") or value[1:2] in {"/", "\\"} or not value.isprintable() or "\\" in value:
        raise ValueError("this is no path of this site")
    return value


ReturnTo = Annotated[str, Field(max_length=500, examples=["/s/3gbpXTkV2aQ"]), AfterValidator(_own_path)]


class Next(StrEnum):
    """What came of a return from a provider."""

    SIGNED_IN = "signed_in"
    LINKED = "linked"
    KNOWN = "known"
    NEW = "new"


class ProviderBegin(StrictBody):
    """Where to go afterwards: a path of this site."""

    return_to: ReturnTo = "/"


class ProviderReturn(StrictBody):
    """What the provider put into the address of the page that it led back to (`iss`: RFC 9207)."""

    state: str = Field(min_length=1, max_length=200, examples=["Zq3mT0vYxk1n"])
    code: str | None = Field(default=None, min_length=1, max_length=4_000, examples=["4f1c09"])
    iss: str | None = Field(default=None, max_length=500, examples=["https://id.example.org"])
    error: str | None = Field(default=None, max_length=200, examples=["access_denied"])


class ProviderRegistration(StrictBody):
    """An account for who came back from a provider. Without `email` it gets the one that the provider verified."""

    handle: Handle
    email: Email | None = None
    display_name: DisplayName | None = None


class ProviderInfo(BaseModel):
    """A provider that one can sign in with."""

    name: str = Field(examples=["github"])
    label: str = Field(examples=["GitHub"])


class SignInWays(BaseModel):
    """How one gets into this site."""

    passwords: bool = Field(description="Whether one signs in, registers and resets by password")
    registration: bool = Field(description="Whether new accounts are made")
    mail: bool = Field(description="Whether this site sends mail, as for a forgotten password")
    providers: list[ProviderInfo]


class ProviderUrl(BaseModel):
    """Where the browser goes now."""

    url: str = Field(examples=["https://id.example.org/authorize?client_id=fractafrag"])


class ProviderProposal(BaseModel):
    """What the provider says, for the form of a new account."""

    handle: str = Field(examples=["ada"])
    display_name: str
    email: str = Field(description="Empty where it gives none")
    email_verified: bool


class ProviderResult(BaseModel):
    """What came of it. `known`: an account has the address, sign in to it, then confirm. `new`: register."""

    next: Next
    return_to: str
    tokens: Tokens | None = None
    proposal: ProviderProposal | None = None


class ReturnPath(BaseModel):
    """Where to go now."""

    return_to: str


class ProviderAccount(BaseModel):
    """The session of a new account, and where to go now."""

    tokens: Tokens
    return_to: str


class Identity(BaseModel):
    """Somebody at a provider who signs in as oneself. `email` is what it said when it was linked."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    issuer: str
    label: str = ""
    email: str
    linked_at: datetime
    last_used_at: datetime


class WaysInto(BaseModel):
    """The ways into one's own account."""

    has_password: bool
    identities: list[Identity]
    providers: list[ProviderInfo] = Field(description="Those of this site")
