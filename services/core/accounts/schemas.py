"""What goes in and out of accounts."""

import re
import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

import email_validator
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from services.core.accounts.models import Plan
from services.core.identity.permissions import Role
from services.core.kit.schemas import StrictBody
from services.core.licences import LicenceId
from services.core.wording.gate import SHOWN

_HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9]|[-_](?=[a-z0-9])){2,31}")
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
_RESERVED_WORDS = """
about account accounts admin administrator all anonymous anyone api assets auth billing blog bot contact dashboard
deleted desires docs embed everyone explore favicon feed follow fractafrag generate guest health help home index legal
login logout mail me mcp metrics mod moderator moderators new news nobody null oauth oembed official owner password
payments press pricing privacy profile public register renders root search security self settings shader shaders
signin signout signup site staff static status stripe sudo support system tag tags team terms test trending undefined
user users version web webhook webhooks webmaster www you
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())


def _normal_handle(value: str) -> str:
    handle = value.strip().lower()
    if not _HANDLE.fullmatch(handle):
        message = "3 to 32 of a-z, 0-9, - and _; begins and ends with a letter or digit, no two signs in a row"
        raise ValueError(message)
    if handle in _RESERVED or handle.startswith(("deleted-", "fractafrag")):
        raise ValueError("this handle is reserved")
    return handle


def _normal_email(value: str) -> str:
    if len(value) > 320:
        raise ValueError("an e-mail address has at most 320 characters")
    try:
        found = email_validator.validate_email(value.strip(), check_deliverability=False, globally_deliverable=False)
    except email_validator.EmailNotValidError as error:
        raise ValueError("this is not an e-mail address") from error
    return found.normalized.lower()


def _one_line(value: object) -> object:
    """White space made single; control characters and those that turn the reading direction are left out."""
    if not isinstance(value, str):
        return value
    return " ".join("".join(sign for sign in value if sign.isspace() or _is_plain(sign)).split())


def _is_plain(sign: str) -> bool:
    return unicodedata.category(sign) != "Cc" and sign not in _DIRECTION


Handle = Annotated[str, SHOWN, Field(max_length=64, examples=["ada"]), AfterValidator(_normal_handle)]
Email = Annotated[str, Field(max_length=330, examples=["ada@example.org"]), AfterValidator(_normal_email)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=4096, examples=["seven moons over Lisbon"])]
DisplayName = Annotated[str, SHOWN, BeforeValidator(_one_line), Field(min_length=1, max_length=80, examples=["Ada L."])]
LinkToken = Annotated[
    SecretStr, Field(min_length=1, max_length=200, examples=["4hV0nq2Yb7mE3sXkT1cJ8wRzLp6uDfGa5iOtNvKyQxB"])
]
Bio = Annotated[str, SHOWN, Field(max_length=2000, examples=["I draw with distance fields."])]


class TokenTransport(StrEnum):
    """Where the refresh token goes: an HttpOnly cookie (browsers) or the body (programs)."""

    COOKIE = "cookie"
    BODY = "body"


class RegisterInput(StrictBody):
    """A new account."""

    handle: Handle
    email: Email
    password: Password
    display_name: DisplayName | None = None
    token_transport: TokenTransport = TokenTransport.COOKIE


class LoginInput(StrictBody):
    """`login` is the handle or the e-mail address."""

    login: str = Field(min_length=1, max_length=330, examples=["ada"])
    password: Password
    token_transport: TokenTransport = TokenTransport.COOKIE


class RefreshInput(StrictBody):
    """The refresh token, for programs that keep it themselves; browsers send their cookie instead."""

    refresh_token: str | None = Field(default=None, max_length=200)


class PasswordInput(StrictBody):
    """A change of password. The current one is needed where the account has one."""

    current_password: Password | None = None
    new_password: Password


class ForgottenPassword(StrictBody):
    """Where to send a link that sets a new password."""

    email: Email


class NewPassword(StrictBody):
    """What the link holds behind its `#`, and the password to set."""

    token: LinkToken
    password: Password


class LinkInput(StrictBody):
    """What a link in a mail holds behind its `#`."""

    token: LinkToken


class AddressState(BaseModel):
    """One's address. With `required` a new one is used only when it is confirmed; `pending` is such a one."""

    email: str = Field(examples=["ada@example.org"])
    verified_at: datetime | None
    pending: str | None
    required: bool
    mail_on: bool = Field(description="Whether this site sends mail at all")


class AccountChange(StrictBody):
    """What is given is changed; a new e-mail address asks for the password or a recent proof."""

    display_name: DisplayName | None = None
    bio: Bio | None = None
    default_licence: LicenceId | None = None
    email: Email | None = None
    current_password: Password | None = None


class DeletionInput(StrictBody):
    """The password, or nothing where the last proof is recent."""

    password: Password | None = None


class Account(BaseModel):
    """One's own account."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    handle: str = Field(examples=["ada"])
    email: str = Field(examples=["ada@example.org"])
    email_verified_at: datetime | None = None
    held_back: bool = Field(
        default=False, description="This site wants a confirmed address before one publishes, votes or reports"
    )
    display_name: str = Field(examples=["Ada L."])
    bio: str
    role: Role
    plan: Plan
    default_licence: str | None = Field(
        description="Of new works for which none is named; null: not chosen, and all rights are reserved",
        examples=["CC-BY-4.0"],
    )
    created_at: datetime


Code = Annotated[SecretStr, Field(min_length=6, max_length=40, examples=["492039"])]
PasskeyName = Annotated[str, BeforeValidator(_one_line), Field(min_length=1, max_length=80, examples=["My laptop"])]
# A WebAuthn credential as browsers write it in JSON (`PublicKeyCredential.toJSON()`); the library looks into it.
Credential = Annotated[dict[str, Any], Field(max_length=20)]


_CHALLENGE = "2c6d0f3a-5b7e-4d19-9a1c-8f4e2b6d7a30"
ChallengeId = Annotated[UUID, Field(examples=[_CHALLENGE])]


class PasskeyOptions(BaseModel):
    """A challenge. `options` is what the browser takes, in the JSON of WebAuthn; ten minutes and one answer."""

    challenge_id: UUID
    options: dict[str, Any]


class PasskeyAnswer(StrictBody):
    """What the browser answers to a challenge."""

    challenge_id: ChallengeId
    credential: Credential


class NewPasskey(PasskeyAnswer):
    """A passkey that the browser has made, and a name for it."""

    name: PasskeyName


class PasskeyNaming(StrictBody):
    """Another name."""

    name: PasskeyName


class PasskeyLogin(PasskeyAnswer):
    """A sign-in with a passkey."""

    token_transport: TokenTransport = TokenTransport.COOKIE


class PasskeyPublic(BaseModel):
    """A passkey, as its owner sees it. `backed_up`: it is on several devices."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    backed_up: bool
    created_at: datetime
    last_used_at: datetime | None


class AppSecret(BaseModel):
    """What a code app reads: a secret as text, as an otpauth address, and that as a QR code (a data URI of an SVG)."""

    secret: str
    uri: str
    picture: str


class CodeInput(StrictBody):
    """Six digits of the app."""

    code: Code


class CodeLogin(StrictBody):
    """The second step of a sign-in: the ticket of the first, and a code of the app or a recovery code."""

    ticket: str = Field(min_length=1, max_length=100, examples=[_CHALLENGE])
    code: Code
    token_transport: TokenTransport = TokenTransport.COOKIE


class RecoveryCodes(BaseModel):
    """Ten codes, shown this once."""

    codes: list[str]


class Proof(StrictBody):
    """One of the ways that the account has: its password, a code, or the answer to a challenge."""

    password: Password | None = None
    code: Code | None = None
    passkey: PasskeyAnswer | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if [self.password, self.code, self.passkey].count(None) != 2:
            raise ValueError("give one of password, code and passkey")
        return self


class Security(BaseModel):
    """How one signs in. `recovery_codes` are those that are left."""

    has_password: bool
    passkeys: list[PasskeyPublic]
    totp: bool
    recovery_codes: int


class Tokens(BaseModel):
    """A signed-in session. `refresh_token` is null when it went into the cookie."""

    access_token: str = Field(examples=["eyJhbGciOiJFUzI1NiIsImtpZCI6..."])
    token_type: str = Field("Bearer", examples=["Bearer"])
    expires_in: int = Field(description="Seconds until the access token expires", examples=[600])
    refresh_token: str | None = None
    session_id: UUID
    user: Account


class SessionInfo(BaseModel):
    """A sign-in on one device."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    user_agent: str
    address: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    current: bool = False


class SessionList(BaseModel):
    """The open sessions, the last used first."""

    items: list[SessionInfo]
