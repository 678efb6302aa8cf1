"""Accounts: registration, sign-in, password, profile, deletion.

Functions take a session and never commit. Hashing a password takes long, so the caller hashes or verifies with
`PasswordHasher` between two short transactions and passes the result in; no connection is held meanwhile.
Sessions and keys that end are returned as ids: the caller puts them on the blocklist before its commit, so that a
Redis that is down makes the request fail (503) instead of leaving an access token or a key alive.
"""

from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import col

from services.core.accounts import repository
from services.core.accounts.models import User
from services.core.accounts.passwords import Verdict
from services.core.accounts.schemas import AccountChange, RegisterInput
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError, ForbiddenError, InvalidInputError, UnauthorizedError
from services.core.kit.tables import utc_now
from services.core.licences import ALL_RIGHTS_RESERVED, require_known


class InvalidCredentialsError(UnauthorizedError):
    """The login or the password is wrong; the answer does not say which."""

    code = "invalid_credentials"
    title = "Login or password is wrong"


class WrongPasswordError(InvalidInputError):
    """The current password is wrong; nothing was changed."""

    code = "wrong_password"
    title = "The current password is wrong"


class PasswordsOffError(ForbiddenError):
    """This site takes no passwords."""

    code = "passwords_off"
    title = "This site takes no passwords"


class RegistrationOffError(ForbiddenError):
    """This site makes no new accounts."""

    code = "registration_off"
    title = "This site makes no new accounts"


class AddressMissingError(InvalidInputError):
    """The provider verified no address, and none was given."""

    code = "address_missing"
    title = "Give an e-mail address"


class SuspendedError(ForbiddenError):
    """A moderator suspended the account."""

    code = "suspended"
    title = "This account is suspended"

    def __init__(self, reason: str | None = None) -> None:
        super().__init__(f"This account is suspended: {reason}" if reason else None)


class HandleTakenError(ConflictError):
    """Somebody has this handle."""

    code = "handle_taken"
    title = "This handle is taken"


class EmailTakenError(ConflictError):
    """An account with this e-mail address exists."""

    code = "email_taken"
    title = "An account with this e-mail address exists"


async def refuse_taken(session: ReadSession, *, handle: str, email: str, but: UUID | None = None) -> None:
    """Raise `HandleTakenError` or `EmailTakenError` early, before a password is hashed for nothing."""
    handle_taken, email_taken = await repository.taken(session, handle=handle, email=email, but=but)
    if handle_taken:
        raise HandleTakenError
    if email_taken:
        raise EmailTakenError


async def register(session: WriteSession, registration: RegisterInput, *, password_hash: str) -> User:
    """A new user; two at the same time with one handle or address: one of them gets the error of a taken one."""
    user = User(
        handle=registration.handle,
        email=registration.email,
        display_name=registration.display_name or registration.handle,
        password_hash=password_hash,
    )
    session.add(user)
    await flush_unique(session, user)
    return user


async def flush_unique(session: WriteSession, user: User) -> None:
    """Write a user who is new, or has another address; raises `HandleTakenError` or `EmailTakenError`.

    Who takes the same names at the same time waits here. The unique indexes would refuse the later one, too, but then
    PostgreSQL's log quotes the address.
    """
    with session.no_autoflush:
        await repository.hold_names(session, handle=user.handle, email=user.email)
        await refuse_taken(session, handle=user.handle, email=user.email, but=user.id)
    await session.flush()


def accept_login(user: User | None, verdict: Verdict) -> User:
    """The user who may sign in; raises `InvalidCredentialsError`, or `SuspendedError` to who knows the password."""
    if user is None or not verdict.correct:
        raise InvalidCredentialsError
    refuse_suspended(user)
    return user


async def hold_active(session: WriteSession, user_id: UUID) -> None:
    """Keep the account from being suspended or deleted until the transaction ends.

    Raises `SuspendedError` and `UnauthorizedError` where it is.
    """
    user = await repository.share_user(session, user_id)
    if user is None:
        raise _gone()
    refuse_suspended(user)


def refuse_suspended(user: User) -> None:
    """Raise `SuspendedError`, with the reason; only to who has shown that the account is theirs."""
    if user.suspended_at is not None:
        raise SuspendedError(user.suspended_reason)


async def replace_hash(session: WriteSession, user_id: UUID, *, old: str | None, new: str) -> None:
    """Store a stronger hash of the same password, unless it was changed meanwhile."""
    await session.execute(
        update(User).where(col(User.id) == user_id, col(User.password_hash) == old).values(password_hash=new)
    )


async def current_user(session: ReadSession, user_id: UUID) -> User:
    """The caller's own row; a deleted account has no valid credential any more."""
    user = await repository.user_by_id(session, user_id)
    if user is None:
        raise _gone()
    return user


async def default_licence(session: ReadSession, user_id: UUID) -> str:
    """The licence of the user's new works for which none is named."""
    chosen = await session.scalar(select(col(User.default_licence)).where(col(User.id) == user_id))
    return chosen or ALL_RIGHTS_RESERVED


async def change_password(
    session: WriteSession, user_id: UUID, *, old_hash: str | None, new_hash: str, keep: UUID | None
) -> list[UUID]:
    """Set the new hash and end all sessions but `keep`; gives the ended ones."""
    user = await repository.lock_user(session, user_id)
    if user is None or user.password_hash != old_hash:
        raise ConflictError("The password was changed at the same time")
    now = utc_now()
    user.password_hash, user.updated_at = new_hash, now
    return await repository.revoke_sessions(session, user_id, now, reason="password", keep=keep)


async def change_account(session: WriteSession, user_id: UUID, change: AccountChange) -> User:
    """Change what is not None, but the address, which has its rules in addresses.py."""
    user = await repository.lock_user(session, user_id)
    if user is None:
        raise _gone()
    if change.display_name is not None:
        user.display_name = change.display_name
    if change.bio is not None:
        user.bio = change.bio
    if change.default_licence is not None:
        user.default_licence = require_known(change.default_licence).id
    user.updated_at = utc_now()
    return user


def _gone() -> UnauthorizedError:
    return UnauthorizedError("This account does not exist any more")
