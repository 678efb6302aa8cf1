"""Every query about users and their sessions."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, text, update
from sqlmodel import col

from services.core.accounts.models import AuthSession, RefreshToken, User
from services.core.kit.database import ReadSession, WriteSession


async def user_by_id(session: ReadSession, user_id: UUID) -> User | None:
    """The user, unless deleted."""
    return (await session.scalars(_living().where(col(User.id) == user_id))).one_or_none()


async def lock_user(session: WriteSession, user_id: UUID) -> User | None:
    """The user's row, locked until the transaction ends; None when deleted."""
    statement = _living().where(col(User.id) == user_id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def share_user(session: WriteSession, user_id: UUID) -> User | None:
    """The user's row as it is now; who would `lock_user` it waits until the transaction ends. None when deleted."""
    statement = _living().where(col(User.id) == user_id).with_for_update(read=True, key_share=True)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def share_users(session: WriteSession, user_ids: Iterable[UUID]) -> None:
    """Have whoever would `lock_user` one of these wait until the transaction ends."""
    statement = select(col(User.id)).where(col(User.id).in_(list(user_ids))).order_by(col(User.id))
    await session.execute(statement.with_for_update(read=True, key_share=True))


async def user_by_handle(session: ReadSession, handle: str) -> User | None:
    """The user with this handle, unless deleted."""
    return (await session.scalars(_living().where(col(User.handle) == handle))).one_or_none()


async def user_by_login(session: ReadSession, login: str) -> User | None:
    """The user with this handle or e-mail address, unless deleted."""
    column = col(User.email) if "@" in login else col(User.handle)
    return (await session.scalars(_living().where(column == login))).one_or_none()


def _living() -> Select[User]:
    return select(User).where(col(User.deleted_at).is_(None))


async def hold_names(session: WriteSession, *, handle: str, email: str) -> None:
    """Let nobody else write this handle or this e-mail address until the transaction ends."""
    hold = text("SELECT pg_advisory_xact_lock(hashtextextended(name, 0)) FROM unnest(CAST(:names AS text[])) AS name")
    # In one order everywhere, so that no two wait for each other.
    await session.execute(hold, {"names": sorted((f"handle {handle}", f"address {email}"))})


async def taken(session: ReadSession, *, handle: str, email: str, but: UUID | None = None) -> tuple[bool, bool]:
    """Whether the handle and the e-mail address belong to somebody, leaving out the user `but`."""
    others = select(col(User.id)).where(col(User.id) != but) if but is not None else select(col(User.id))
    by_handle = others.where(col(User.handle) == handle).exists()
    by_email = others.where(col(User.email) == email, col(User.deleted_at).is_(None)).exists()
    row = (await session.execute(select(by_handle, by_email))).one()
    return bool(row[0]), bool(row[1])


async def token_by_hash(session: ReadSession, token_hash: str) -> RefreshToken | None:
    """The refresh token's row, as it is now."""
    statement = select(RefreshToken).where(col(RefreshToken.token_hash) == token_hash)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def child_of(session: ReadSession, token_id: UUID) -> RefreshToken | None:
    """The token that replaced this one."""
    return (await session.scalars(select(RefreshToken).where(col(RefreshToken.parent_id) == token_id))).one_or_none()


async def lock_auth_session(session: WriteSession, session_id: UUID) -> AuthSession | None:
    """The sign-in's row, locked until the transaction ends."""
    statement = select(AuthSession).where(col(AuthSession.id) == session_id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def is_session_open(session: ReadSession, session_id: UUID, now: datetime) -> bool:
    """Whether the sign-in is neither revoked nor past its end."""
    statement = select(col(AuthSession.id)).where(
        col(AuthSession.id) == session_id, col(AuthSession.revoked_at).is_(None), col(AuthSession.expires_at) > now
    )
    return (await session.scalars(statement)).one_or_none() is not None


async def open_sessions(session: ReadSession, user_id: UUID, now: datetime) -> Sequence[AuthSession]:
    """The user's sign-ins that still work, the last used first; at most 200."""
    statement = (
        select(AuthSession)
        .where(
            col(AuthSession.user_id) == user_id,
            col(AuthSession.revoked_at).is_(None),
            col(AuthSession.expires_at) > now,
        )
        .order_by(col(AuthSession.last_used_at).desc(), col(AuthSession.id))
        .limit(200)
    )
    return (await session.scalars(statement)).all()


async def latest_sessions(session: ReadSession, user_id: UUID) -> Sequence[AuthSession]:
    """The user's last 200 sign-ins that are kept, ended ones too."""
    statement = select(AuthSession).where(col(AuthSession.user_id) == user_id)
    return (await session.scalars(statement.order_by(col(AuthSession.created_at).desc()).limit(200))).all()


async def revoke_sessions(
    session: WriteSession,
    user_id: UUID,
    now: datetime,
    *,
    reason: str,
    only: UUID | None = None,
    keep: UUID | None = None,
) -> list[UUID]:
    """Revoke the user's open sign-ins (`only` one, or all but `keep`); gives their ids."""
    statement = update(AuthSession).where(col(AuthSession.user_id) == user_id, col(AuthSession.revoked_at).is_(None))
    if only is not None:
        statement = statement.where(col(AuthSession.id) == only)
    if keep is not None:
        statement = statement.where(col(AuthSession.id) != keep)
    statement = statement.values(revoked_at=now, revoked_reason=reason)
    return list((await session.scalars(statement.returning(col(AuthSession.id)))).all())
