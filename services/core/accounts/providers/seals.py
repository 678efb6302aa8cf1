"""What a browser keeps between the steps of a sign-in with a provider: sealed, for minutes, in an HttpOnly cookie.

No store is needed, so any API pod goes on with what another began; the browser can neither read nor change it. What
must work only once (`Attempt.state`) is spent in Redis.
"""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, ValidationError

from services.core.accounts.providers.profile import Profile
from services.core.kit.errors import FractafragError
from services.core.kit.secret_box import SecretBox, SecretBoxError
from services.core.kit.tables import utc_now

ATTEMPT_LIVES = timedelta(minutes=10)
PENDING_LIVES = timedelta(minutes=30)


class Sealed(BaseModel):
    """What is sealed ends."""

    ends_at: datetime


class Attempt(Sealed):
    """A sign-in on its way to a provider and back. With `user_id` it links to that account."""

    provider: str
    state: str
    nonce: str
    verifier: str
    return_to: str
    user_id: UUID | None = None


class Pending(Sealed):
    """Somebody who is back from a provider and has no account here yet, or not linked it."""

    provider: str
    profile: Profile
    return_to: str


T = TypeVar("T", bound=Sealed)


class SignInOverError(FractafragError):
    """The sign-in was not begun in this browser, took too long, or was finished already."""

    status = 410
    code = "sign_in_over"
    title = "This sign-in has ended"

    def __init__(self) -> None:
        super().__init__("It works once, within ten minutes, in the browser in which it began. Begin again")


class Seals:
    """Seals with a key derived from the pepper, which all API pods share."""

    def __init__(self, pepper: str) -> None:
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"sign-in with a provider").derive(pepper.encode())
        self._box = SecretBox({"pepper": derived})

    def seal(self, value: Sealed) -> str:
        """The text for the cookie."""
        return self._box.seal(value.model_dump_json().encode(), belongs_to=type(value).__name__)

    def open(self, kind: type[T], text: str | None) -> T:
        """What was sealed as this kind; raises `SignInOverError`."""
        try:
            value = kind.model_validate_json(self._box.open(text or "", belongs_to=kind.__name__))
        except (SecretBoxError, ValidationError):
            raise SignInOverError from None
        if value.ends_at <= utc_now():
            raise SignInOverError
        return value
