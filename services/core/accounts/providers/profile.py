"""What a provider says about somebody, and what an account is proposed to be made of it."""

import re
import unicodedata

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.core.accounts import repository
from services.core.accounts.schemas import DisplayName, Email, Handle
from services.core.kit.database import ReadSession

_NO_HANDLE = re.compile(r"[^a-z0-9]+")
_HANDLES, _EMAILS, _NAMES = TypeAdapter(Handle), TypeAdapter(Email), TypeAdapter(DisplayName)
_TRIES = 50


class Profile(BaseModel):
    """Somebody at a provider. `email` may be anybody's unless `verified`; names are the person's words."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    subject: str
    email: str = ""
    verified: bool = False
    name: str = ""
    nickname: str = ""

    @property
    def verified_email(self) -> str | None:
        """The address, where the provider says that it is theirs."""
        return self.email if self.email and self.verified else None


def email_of(value: object) -> str:
    """The address in its normal form; empty for what is none."""
    try:
        return _EMAILS.validate_python(value)
    except ValidationError:
        return ""


def name_of(value: object) -> str:
    """A name that may be shown, cut to its length; empty for what is none."""
    try:
        return _NAMES.validate_python(value[:80] if isinstance(value, str) else value)
    except ValidationError:
        return ""


async def propose_handle(session: ReadSession, profile: Profile) -> str:
    """A handle that is free at the moment, out of the names of the profile; empty when none was found."""
    local, _, _ = profile.email.partition("@")
    for word in (profile.nickname, profile.name, local):
        root = _root(word)
        for number in range(1, _TRIES if root else 1):
            handle = _valid(root if number == 1 else f"{root[:28]}-{number}")
            if handle and not (await repository.taken(session, handle=handle, email=""))[0]:
                return handle
    return ""


def _root(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    return _NO_HANDLE.sub("-", plain).strip("-")[:32].strip("-")


def _valid(handle: str) -> str:
    try:
        return _HANDLES.validate_python(handle)
    except ValidationError:
        return ""
