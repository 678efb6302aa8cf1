"""Registration, sign-in, refresh and sign-out over their several transactions.

A password is hashed or verified between transactions, so that no connection is held meanwhile. The end of a family
of refresh tokens is committed before the refusal is raised. Sessions that end go on the blocklist before the commit.
"""

from dataclasses import dataclass
from uuid import UUID

from services.api.state import Services
from services.core.accounts import repository, service
from services.core.accounts.models import User
from services.core.accounts.passwords import check_password
from services.core.accounts.schemas import Account, AccountChange, LoginInput, PasswordInput, RegisterInput, Tokens
from services.core.accounts.sessions import InvalidRefreshTokenError, Refusal, ReusedRefreshTokenError
from services.core.identity.caller import Caller
from services.core.kit import idempotency
from services.core.kit.database import WriteSession
from services.core.kit.idempotency import StoredAnswer
from services.core.kit.tables import utc_now
from services.core.privacy import deletion

_REGISTER_SCOPE = "register"


@dataclass(frozen=True, slots=True)
class Device:
    """Where a sign-in comes from, as shown in the list of sessions."""

    user_agent: str
    address: str


async def register(services: Services, given: RegisterInput, device: Device, key: str | None) -> tuple[Tokens, bool]:
    """A new account and its first session; whether it was made before by the same request (`key`)."""
    password = given.password.get_secret_value()
    check_password(password, handle=given.handle, email=given.email)
    try:
        async with services.database.read() as session:
            await service.refuse_taken(session, handle=given.handle, email=given.email)
        hashed = await services.passwords.hash(password)
        async with services.database.write() as session:
            return await _create(services, session, given, hashed, device, key), False
    except (service.HandleTakenError, service.EmailTakenError):
        user = await _registered_by(services, given, key)
        if user is None:
            raise
    return await _sign_in(services, user, password, device), True


async def _create(
    services: Services, session: WriteSession, given: RegisterInput, hashed: str, device: Device, key: str | None
) -> Tokens:
    if key is not None:
        stored = await idempotency.begin(session, scope=_REGISTER_SCOPE, key=key, mark=_mark(given))
        if stored is not None:
            raise service.HandleTakenError
    user = await service.register(session, given, password_hash=hashed)
    if key is not None:
        # The answer holds tokens, which are never stored: the id is enough to sign in anew.
        answer = StoredAnswer(201, "text/plain", str(user.id).encode(), None)
        await idempotency.finish(session, scope=_REGISTER_SCOPE, key=key, answer=answer)
    return await _open(services, session, user, device)


async def _registered_by(services: Services, given: RegisterInput, key: str | None) -> User | None:
    """The user whom the same request with the same key made before."""
    if key is None:
        return None
    async with services.database.read() as session:
        stored = await idempotency.look_up(session, scope=_REGISTER_SCOPE, key=key, mark=_mark(given))
        return await repository.user_by_id(session, UUID(stored.body.decode())) if stored else None


def _mark(given: RegisterInput) -> str:
    """The request without its password; a replay is asked for the password like a login."""
    parts = (given.handle, given.email, given.display_name or "")
    return idempotency.fingerprint(*(part.encode() for part in parts))


async def log_in(services: Services, given: LoginInput, device: Device) -> Tokens:
    """A new session; raises `InvalidCredentialsError` after the same work for a user who does not exist."""
    async with services.database.read() as session:
        user = await repository.user_by_login(session, given.login.strip().lower())
    return await _sign_in(services, user, given.password.get_secret_value(), device)


async def _sign_in(services: Services, user: User | None, password: str, device: Device) -> Tokens:
    verdict = await services.passwords.verify(password, user.password_hash if user else None)
    user = service.accept_login(user, verdict)
    async with services.database.write() as session:
        if verdict.replacement is not None:
            await service.replace_hash(session, user.id, old=user.password_hash, new=verdict.replacement)
        return await _open(services, session, user, device)


async def _open(services: Services, session: WriteSession, user: User, device: Device) -> Tokens:
    family, refresh = await services.sessions.open(
        session, user, now=utc_now(), user_agent=device.user_agent, address=device.address
    )
    return _tokens(services, user, family.id, refresh)


def _tokens(services: Services, user: User, session_id: UUID, refresh: str) -> Tokens:
    access = services.tokens.issue(user_id=user.id, handle=user.handle, role=user.role, session_id=session_id)
    return Tokens(
        access_token=access.value,
        expires_in=access.expires_in,
        refresh_token=refresh,
        session_id=session_id,
        user=Account.model_validate(user),
    )


async def refresh(services: Services, token: str | None) -> Tokens:
    """The successor of a refresh token and a new access token."""
    if not token:
        raise InvalidRefreshTokenError("There is no refresh token in the request")
    async with services.database.write() as session:
        rotation = await services.sessions.rotate(session, token, now=utc_now())
        if rotation.refusal is Refusal.REUSED and rotation.session_id is not None:
            await services.blocklist.block_sessions([rotation.session_id])
    if rotation.refusal is Refusal.REUSED:
        raise ReusedRefreshTokenError
    if rotation.user is None or rotation.session_id is None or rotation.token is None:
        raise InvalidRefreshTokenError
    return _tokens(services, rotation.user, rotation.session_id, rotation.token)


async def log_out(services: Services, token: str | None, session_id: UUID | None) -> None:
    """End the sign-in of a refresh token, or of the caller's access token; nothing to end is no error."""
    async with services.database.write() as session:
        family = await services.sessions.family_of(session, token) if token else None
        if family is None and session_id is not None:
            family = await repository.lock_auth_session(session, session_id)
        if family is None or family.revoked_at is not None:
            return
        family.revoked_at, family.revoked_reason = utc_now(), "logout"
        await services.blocklist.block_sessions([family.id])


async def end_sessions(
    services: Services, user_id: UUID, *, only: UUID | None = None, keep: UUID | None = None
) -> list[UUID]:
    """Revoke the user's sign-ins: one, or all but one; gives those that were open."""
    async with services.database.write() as session:
        ended = await repository.revoke_sessions(session, user_id, utc_now(), reason="revoked", only=only, keep=keep)
        await services.blocklist.block_sessions(ended)
    return ended


async def change_password(services: Services, caller: Caller, given: PasswordInput) -> None:
    """Set a new password and end all other sign-ins; raises `WrongPasswordError` for a wrong current one."""
    async with services.database.read() as session:
        user = await service.current_user(session, caller.user_id)
    new = given.new_password.get_secret_value()
    check_password(new, handle=user.handle, email=user.email)
    await confirm_password(services, user, given.current_password.get_secret_value())
    hashed = await services.passwords.hash(new)
    async with services.database.write() as session:
        ended = await service.change_password(
            session, user.id, old_hash=user.password_hash, new_hash=hashed, keep=caller.session_id
        )
        await services.blocklist.block_sessions(ended)


async def confirm_password(services: Services, user: User, password: str) -> None:
    """Raise `WrongPasswordError` unless it is the user's password."""
    if not (await services.passwords.verify(password, user.password_hash)).correct:
        raise service.WrongPasswordError


async def change_account(services: Services, caller: Caller, change: AccountChange) -> User:
    """Change the profile; the password is verified when one is given."""
    correct = False
    if change.current_password is not None:
        async with services.database.read() as session:
            user = await service.current_user(session, caller.user_id)
        await confirm_password(services, user, change.current_password.get_secret_value())
        correct = True
    async with services.database.write() as session:
        return await service.change_account(session, caller.user_id, change, password_correct=correct)


async def delete_account(services: Services, caller: Caller, password: str) -> None:
    """Empty the account, and end its sessions and keys; raises `WrongPasswordError`."""
    async with services.database.read() as session:
        user = await service.current_user(session, caller.user_id)
    await confirm_password(services, user, password)
    async with services.database.write() as session:
        ended = await deletion.delete_account(session, user.id)
        await services.blocklist.block_sessions(ended.sessions)
        await services.keys.end(ended.keys)
