"""What changes who controls an account asks again who it is when the last proof is older than 15 minutes.

A sign-in is a proof; `note` writes down a new one within a session. One of the ways that the account has is enough:
a passkey, else the password, else, where codes are on, a code in place of the password. API keys prove nothing and can
do none of this.
"""

from datetime import timedelta
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlmodel import col

from services.core.accounts import service
from services.core.accounts.models import AuthSession, User
from services.core.factors import passkeys, totp
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ForbiddenError
from services.core.kit.tables import utc_now

LIFE = timedelta(minutes=15)


class Way(StrEnum):
    """How somebody proves who they are within a session."""

    PASSKEY = "passkey"
    PASSWORD = "password"  # noqa: S105 -- a word
    CODE = "code"


class ProofNeededError(ForbiddenError):
    """The last proof is too old; `ways` are those that the account has. With none of them one signs in anew."""

    code = "proof_needed"
    title = "Show again that it is you"

    def __init__(self, ways: list[Way]) -> None:
        super().__init__("The last proof is older than 15 minutes", extra={"ways": [way.value for way in ways]})


async def ways_of(session: ReadSession, user: User) -> list[Way]:
    """The ways that this account has, the strongest first."""
    ways = [Way.PASSKEY] if await passkeys.of_user(session, user.id) else []
    if await totp.is_on(session, user.id):
        return [*ways, Way.CODE]
    return [*ways, Way.PASSWORD] if user.password_hash is not None else ways


async def require(session: ReadSession, caller: Caller) -> None:
    """Raise `ProofNeededError` unless the caller's session has a proof of the last 15 minutes."""
    # A session that was opened by an older version has no time of its own.
    proved = select(func.coalesce(col(AuthSession.proved_at), col(AuthSession.created_at)))
    at = await session.scalar(proved.where(col(AuthSession.id) == caller.session_id))
    if at is None or utc_now() - at > LIFE:
        raise ProofNeededError(await ways_of(session, await service.current_user(session, caller.user_id)))


async def note(session: WriteSession, caller: Caller) -> None:
    """The caller has just shown who they are."""
    mine = update(AuthSession).where(col(AuthSession.id) == caller.session_id)
    await session.execute(mine.values(proved_at=utc_now()))
