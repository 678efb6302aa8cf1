"""Registration, sign-in, refresh and sign-out, and what asks for the password, over their several transactions.

The order of steps is the same everywhere, and a further way to sign in keeps it:

1. A password is hashed or verified between transactions, so that no connection is held meanwhile.
2. Sessions that end go on the blocklist before the commit, so that a Redis that is down makes the request fail.
3. The end of a family of refresh tokens is committed before the refusal is raised.
4. A registration with a key is claimed, made and answered in one transaction; its replay signs in anew.
"""

import secrets
from dataclasses import dataclass
from uuid import UUID

from pydantic import SecretStr

from services.core.accounts import links, places, proofs, repository, service
from services.core.accounts.addresses import Addresses
from services.core.accounts.blocklist import Blocklist
from services.core.accounts.mails import AccountMails
from services.core.accounts.models import LinkPurpose, User
from services.core.accounts.passwords import PasswordHasher, check_password
from services.core.accounts.schemas import Account, AccountChange, PasswordInput, RegisterInput, Tokens
from services.core.accounts.sessions import InvalidRefreshTokenError, Refusal, ReusedRefreshTokenError, Sessions
from services.core.accounts.settings import AuthSettings
from services.core.accounts.sign_in_settings import SignInSettings
from services.core.accounts.tokens import AccessTokens
from services.core.factors import challenges, totp
from services.core.factors.models import Purpose
from services.core.identity.caller import Caller
from services.core.kit import idempotency
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import UnauthorizedError
from services.core.kit.idempotency import StoredAnswer
from services.core.kit.tables import utc_now

_REGISTER_SCOPE = "register"


class SecondFactorNeededError(UnauthorizedError):
    """The password was right, and the account asks for a code too: `ticket` opens the second step with it.

    `secret` goes where the refresh token would go, so that the ticket is of no use anywhere else.
    """

    code = "second_factor_needed"
    title = "A code of your app is needed too"

    def __init__(self, ticket: UUID, secret: str) -> None:
        super().__init__(extra={"ticket": str(ticket), "expires_in": int(challenges.LIFE.total_seconds())})
        self.secret = secret


@dataclass(frozen=True, slots=True)
class Device:
    """Where a sign-in comes from, as shown in the list of sessions."""

    user_agent: str
    address: str


class SignIn:
    """Opens and ends sessions; each method is a whole request."""

    def __init__(
        self,
        database: Database,
        passwords: PasswordHasher,
        sessions: Sessions,
        tokens: AccessTokens,
        blocklist: Blocklist,
        addresses: Addresses,
        mails: AccountMails,
        settings: AuthSettings,
        ways: SignInSettings,
    ) -> None:
        self._database = database
        self._addresses = addresses
        self._mails = mails
        self._verify_addresses = settings.verify_addresses
        self._ways = ways
        self._passwords = passwords
        self._sessions = sessions
        self._tokens = tokens
        self._blocklist = blocklist

    async def register(self, registration: RegisterInput, device: Device, key: str | None) -> tuple[Tokens, bool]:
        """A new account and its first session; whether it was made before by the same request (`key`)."""
        self.require_passwords()
        self.require_registration()
        password = registration.password.get_secret_value()
        check_password(password, handle=registration.handle, email=registration.email)
        try:
            async with self._database.read() as session:
                await service.refuse_taken(session, handle=registration.handle, email=registration.email)
            hashed = await self._passwords.hash(password)
            async with self._database.write() as session:
                user = await _register_once(session, registration, hashed, key)
                if self._verify_addresses:
                    await self._mails.ask_to_verify(session, user)
                return await self.open(session, user, device, is_new=True), False
        except (service.HandleTakenError, service.EmailTakenError):
            registered = await self._registered_by(registration, key)
            if registered is None:
                raise
        return await self.log_in(registered, password, device), True

    def require_passwords(self) -> None:
        """Raise `PasswordsOffError` on a site that takes none."""
        if not self._ways.passwords:
            raise service.PasswordsOffError("Sign in with one of the providers of this site")

    def require_registration(self) -> None:
        """Raise `RegistrationOffError` on a site that makes no accounts."""
        if not self._ways.registration:
            raise service.RegistrationOffError("Whoever runs this site takes no new accounts at the moment")

    async def user_of(self, login: str) -> User | None:
        """Who has this handle or e-mail address."""
        async with self._database.read() as session:
            return await repository.user_by_login(session, login)

    async def log_in(self, user: User | None, password: str, device: Device) -> Tokens:
        """A new session; raises `InvalidCredentialsError` after the same work for a user who does not exist.

        Raises `SecondFactorNeededError` for who has a code app.
        """
        self.require_passwords()
        verdict = await self._passwords.verify(password, user.password_hash if user else None)
        user = service.accept_login(user, verdict)
        async with self._database.write() as session:
            verified = user.password_hash
            user = await repository.share_user(session, user.id)
            # A new password ends all sessions; none is opened by the old one, which was being verified meanwhile.
            if user is None or user.password_hash != verified:
                raise service.InvalidCredentialsError
            if verdict.replacement is not None:
                await service.replace_hash(session, user.id, old=verified, new=verdict.replacement)
            if not await totp.is_on(session, user.id):
                return await self.open(session, user, device)
            secret = secrets.token_urlsafe(32)
            ticket = await challenges.issue(session, Purpose.SECOND_STEP, holder=secret, user_id=user.id)
        raise SecondFactorNeededError(ticket.id, secret)

    async def open(self, session: WriteSession, user: User, device: Device, *, is_new: bool = False) -> Tokens:
        """A new session of a user who has shown who they are and may sign in; told where the place is new."""
        await service.hold_active(session, user.id)
        now, earlier = utc_now(), await repository.latest_sessions(session, user.id)
        family, refresh = await self._sessions.open(
            session, user, now=now, user_agent=device.user_agent, address=device.address
        )
        if not is_new and not places.is_known(device.user_agent, device.address, earlier):
            await self._mails.tell_new_sign_in(session, user, family)
        return self._issue(user, family.id, refresh)

    async def refresh(self, token: str | None) -> Tokens:
        """The successor of a refresh token and a new access token."""
        if not token:
            raise InvalidRefreshTokenError("There is no refresh token in the request")
        async with self._database.write() as session:
            rotation = await self._sessions.rotate(session, token, now=utc_now())
            if rotation.refusal is Refusal.REUSED and rotation.session_id is not None:
                await self._blocklist.block_sessions([rotation.session_id])
        if rotation.refusal is Refusal.REUSED:
            raise ReusedRefreshTokenError
        if rotation.user is None or rotation.session_id is None or rotation.token is None:
            raise InvalidRefreshTokenError
        return self._issue(rotation.user, rotation.session_id, rotation.token)

    async def log_out(self, token: str | None, session_id: UUID | None) -> None:
        """End the session of a refresh token, or of the caller's access token; nothing to end is no error."""
        async with self._database.write() as session:
            family = await self._sessions.family_of(session, token) if token else None
            if family is None and session_id is not None:
                family = await repository.lock_auth_session(session, session_id)
            if family is None or family.revoked_at is not None:
                return
            family.revoked_at, family.revoked_reason = utc_now(), "logout"
            await self._blocklist.block_sessions([family.id])

    async def end_sessions(self, user_id: UUID, *, only: UUID | None = None, keep: UUID | None = None) -> list[UUID]:
        """Revoke the user's sessions: one, or all but one; gives those that were open."""
        async with self._database.write() as session:
            ended = await repository.revoke_sessions(
                session, user_id, utc_now(), reason="revoked", only=only, keep=keep
            )
            await self._blocklist.block_sessions(ended)
        return ended

    async def change_password(self, caller: Caller, change: PasswordInput) -> None:
        """Set a new password and end all other sessions; raises as `confirm`.

        The current one is asked for where there is one, however recent the proof.
        """
        self.require_passwords()
        async with self._database.read() as session:
            user = await service.current_user(session, caller.user_id)
        new = change.new_password.get_secret_value()
        check_password(new, handle=user.handle, email=user.email)
        if change.current_password is None and user.password_hash is not None:
            raise service.WrongPasswordError
        await self.confirm(caller, change.current_password)
        hashed = await self._passwords.hash(new)
        async with self._database.write() as session:
            ended = await service.change_password(
                session, user.id, old_hash=user.password_hash, new_hash=hashed, keep=caller.session_id
            )
            await links.end(session, user.id, LinkPurpose.CHANGE, LinkPurpose.RESET)
            await challenges.end(session, user.id)
            await self._mails.tell_changed_password(session, user)
            await self._blocklist.block_sessions(ended)

    async def change_account(self, caller: Caller, change: AccountChange) -> User:
        """Change the profile; a new address asks as `confirm` does."""
        if change.email is not None or change.current_password is not None:
            await self.confirm(caller, change.current_password)
        async with self._database.write() as session:
            user = await service.change_account(session, caller.user_id, change)
            if change.email is not None and change.email != user.email:
                await self._addresses.change(session, user, change.email)
            return user

    async def confirm(self, caller: Caller, password: SecretStr | None) -> None:
        """Raise unless this is surely the caller: by a recent proof, or by the password where that alone is one.

        Raises `WrongPasswordError` and `ProofNeededError`.
        """
        async with self._database.read() as session:
            user = await service.current_user(session, caller.user_id)
            ways = await proofs.ways_of(session, user)
            if password is None or proofs.Way.PASSWORD not in ways:
                await proofs.require(session, caller)
        if password is None:
            return
        if not (await self._passwords.verify(password.get_secret_value(), user.password_hash)).correct:
            raise service.WrongPasswordError
        if proofs.Way.PASSWORD in ways:
            async with self._database.write() as session:
                await proofs.note(session, caller)

    def _issue(self, user: User, session_id: UUID, refresh: str) -> Tokens:
        held_back = self.holds_back(user)
        access = self._tokens.issue(
            user_id=user.id, handle=user.handle, role=user.role, session_id=session_id, held_back=held_back
        )
        return Tokens(
            access_token=access.value,
            expires_in=access.expires_in,
            refresh_token=refresh,
            session_id=session_id,
            user=self.account_of(user),
        )

    def account_of(self, user: User) -> Account:
        """What a user sees of their own account."""
        return Account.model_validate(user).model_copy(update={"held_back": self.holds_back(user)})

    def holds_back(self, user: User) -> bool:
        """Whether this site wants a confirmed address of this user first."""
        return self._verify_addresses and user.email_verified_at is None

    async def _registered_by(self, registration: RegisterInput, key: str | None) -> User | None:
        """The user whom the same request with the same key made before."""
        if key is None:
            return None
        async with self._database.read() as session:
            stored = await idempotency.look_up(session, scope=_REGISTER_SCOPE, key=key, mark=_fingerprint(registration))
            return await repository.user_by_id(session, UUID(stored.body.decode())) if stored else None


async def _register_once(session: WriteSession, registration: RegisterInput, hashed: str, key: str | None) -> User:
    """The new user; raises `HandleTakenError` when the request with this key was answered before."""
    if key is None:
        return await service.register(session, registration, password_hash=hashed)
    stored = await idempotency.begin(session, scope=_REGISTER_SCOPE, key=key, mark=_fingerprint(registration))
    if stored is not None:
        raise service.HandleTakenError
    user = await service.register(session, registration, password_hash=hashed)
    # The answer holds tokens, which are never stored: the id is enough to sign in anew.
    answer = StoredAnswer(201, "text/plain", str(user.id).encode(), None)
    await idempotency.finish(session, scope=_REGISTER_SCOPE, key=key, answer=answer)
    return user


def _fingerprint(registration: RegisterInput) -> str:
    """The request without its password; a replay is asked for the password like a login."""
    parts = (registration.handle, registration.email, registration.display_name or "")
    return idempotency.fingerprint(*(part.encode() for part in parts))
