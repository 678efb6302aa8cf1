"""Sign-ins and the rotation of their refresh tokens.

A sign-in (`AuthSession`) is a family: a chain of refresh tokens of which exactly one is active. `rotate` locks the
sign-in's row, so that all uses of a family queue up, and then:

- the active token is replaced by its child, and the child is given out;
- a token that was replaced at most `refresh_reuse_seconds` ago gives the active token of the chain again: its
  owner lost the answer, or asks from two tabs at once. The family stays one chain;
- a token replaced earlier is a stolen one, or its owner's is: the whole family ends.

`rotate` tells a refusal as a value, because the end of a family must be committed and not rolled back by an error.
A token lives `refresh_idle_days` from its making, a sign-in `refresh_absolute_days`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid4

from services.core.accounts import repository
from services.core.accounts.models import AuthSession, RefreshToken, User
from services.core.accounts.settings import AuthSettings
from services.core.accounts.tokens import RefreshSecrets
from services.core.kit.database import WriteSession
from services.core.kit.errors import UnauthorizedError


class InvalidRefreshTokenError(UnauthorizedError):
    """The refresh token is unknown, expired or revoked."""

    code = "invalid_refresh_token"
    title = "Sign in again"


class ReusedRefreshTokenError(UnauthorizedError):
    """An old refresh token came back: this sign-in has ended on all sides."""

    code = "reused_refresh_token"
    title = "This sign-in was used twice and has ended; sign in again"


class Refusal(StrEnum):
    """Why no token was given."""

    INVALID = "invalid"
    REUSED = "reused"


@dataclass(frozen=True, slots=True)
class Rotation:
    """What became of a refresh token: a working successor for `user`, or a refusal."""

    session_id: UUID | None = None
    user: User | None = None
    token: str | None = None
    refusal: Refusal | None = None


class Sessions:
    """The rules of sign-ins; `secrets` makes the tokens."""

    def __init__(self, settings: AuthSettings, secrets: RefreshSecrets) -> None:
        self._secrets = secrets
        self._idle = timedelta(days=settings.refresh_idle_days)
        self._absolute = timedelta(days=settings.refresh_absolute_days)
        self._window = timedelta(seconds=settings.refresh_reuse_seconds)

    async def open(
        self, session: WriteSession, user: User, *, now: datetime, user_agent: str, address: str
    ) -> tuple[AuthSession, str]:
        """A new sign-in of `user` and its first refresh token."""
        family = AuthSession(
            user_id=user.id,
            user_agent=_printable(user_agent)[:300],
            address=address[:64],
            created_at=now,
            last_used_at=now,
            proved_at=now,
            expires_at=now + self._absolute,
        )
        session.add(family)
        await session.flush()
        token = self._secrets.new()
        session.add(self._row(token, family, now))
        await session.flush()
        return family, token

    async def rotate(self, session: WriteSession, token: str, *, now: datetime) -> Rotation:
        """Replace `token` as the module's docstring says."""
        digest = self._secrets.hash(token)
        found = await repository.token_by_hash(session, digest)
        if found is None:
            return Rotation(refusal=Refusal.INVALID)
        family = await repository.lock_auth_session(session, found.session_id)
        row = await repository.token_by_hash(session, digest)
        if family is None or row is None or family.revoked_at is not None or family.expires_at <= now:
            return Rotation(refusal=Refusal.INVALID)
        user = await repository.user_by_id(session, family.user_id)
        if user is None or user.suspended_at is not None:
            return Rotation(refusal=Refusal.INVALID)
        if row.used_at is None:
            return await self._replace(session, row, family, user, token, now)
        if now - row.used_at <= self._window:
            return await self._active(session, row, family, user, token, now)
        family.revoked_at, family.revoked_reason = now, "reuse"
        return Rotation(session_id=family.id, refusal=Refusal.REUSED)

    async def family_of(self, session: WriteSession, token: str) -> AuthSession | None:
        """The open sign-in that `token` belongs to, locked; also when the token was replaced already."""
        row = await repository.token_by_hash(session, self._secrets.hash(token))
        family = await repository.lock_auth_session(session, row.session_id) if row else None
        return family if family is not None and family.revoked_at is None else None

    async def _replace(
        self, session: WriteSession, row: RefreshToken, family: AuthSession, user: User, token: str, now: datetime
    ) -> Rotation:
        if row.expires_at <= now:
            return Rotation(refusal=Refusal.INVALID)
        child_id = uuid4()
        child = self._secrets.child(token, child_id)
        row.used_at = now
        family.last_used_at = now
        session.add(self._row(child, family, now, child_id=child_id, parent_id=row.id))
        await session.flush()
        return Rotation(family.id, user, child)

    async def _active(
        self, session: WriteSession, row: RefreshToken, family: AuthSession, user: User, token: str, now: datetime
    ) -> Rotation:
        """Walk from a token that was just replaced to the one that is active."""
        while row.used_at is not None:
            child = await repository.child_of(session, row.id)
            if child is None:
                return Rotation(refusal=Refusal.INVALID)
            token = self._secrets.child(token, child.id)
            row = child
        if row.expires_at <= now:
            return Rotation(refusal=Refusal.INVALID)
        return Rotation(family.id, user, token)

    def _row(
        self,
        token: str,
        family: AuthSession,
        now: datetime,
        *,
        child_id: UUID | None = None,
        parent_id: UUID | None = None,
    ) -> RefreshToken:
        return RefreshToken(
            id=child_id or uuid4(),
            session_id=family.id,
            token_hash=self._secrets.hash(token),
            parent_id=parent_id,
            created_at=now,
            expires_at=min(now + self._idle, family.expires_at),
        )


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())
