"""What a browser keeps between the steps of a sign-in with a provider, for minutes, in an HttpOnly cookie.

What must work only once (`Attempt.state`) is spent in Redis.
"""

from datetime import timedelta
from uuid import UUID

from services.core.accounts.providers.profile import Profile
from services.core.accounts.seals import Sealed
from services.core.kit.errors import FractafragError

ATTEMPT_LIVES = timedelta(minutes=10)
PENDING_LIVES = timedelta(minutes=30)


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


class SignInOverError(FractafragError):
    """The sign-in was not begun in this browser, took too long, or was finished already."""

    status = 410
    code = "sign_in_over"
    title = "This sign-in has ended"

    def __init__(self) -> None:
        super().__init__("It works once, within ten minutes, in the browser in which it began. Begin again")
