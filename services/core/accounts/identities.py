"""Identities at providers that are linked to users."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy.exc
from sqlalchemy import delete, select
from sqlmodel import col

from services.core.accounts.models import LinkedIdentity
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError


class IdentityTakenError(ConflictError):
    """Another account signs in with it; it is not said which."""

    code = "identity_taken"
    title = "Another account here signs in with this"

    def __init__(self) -> None:
        super().__init__("Sign in with it to see which one, and unlink it there first")


async def find(session: ReadSession, issuer: str, subject: str) -> LinkedIdentity | None:
    """The identity, whoever it is linked to."""
    statement = select(LinkedIdentity).where(
        col(LinkedIdentity.issuer) == issuer, col(LinkedIdentity.subject) == subject
    )
    return (await session.scalars(statement)).one_or_none()


async def of_user(session: ReadSession, user_id: UUID) -> Sequence[LinkedIdentity]:
    """The user's identities, the first linked first."""
    statement = select(LinkedIdentity).where(col(LinkedIdentity.user_id) == user_id)
    return (await session.scalars(statement.order_by(col(LinkedIdentity.linked_at), col(LinkedIdentity.id)))).all()


async def add(session: WriteSession, identity: LinkedIdentity) -> None:
    """Link it; raises `IdentityTakenError`, also for the later of two at once."""
    session.add(identity)
    try:
        await session.flush()
    except sqlalchemy.exc.IntegrityError as error:
        if "uq_linked_identities_issuer_subject" in str(error.orig):
            raise IdentityTakenError from error
        raise


async def remove(session: WriteSession, user_id: UUID, identity_id: UUID) -> LinkedIdentity | None:
    """Unlink the user's identity with this id, and give it; None when there is none."""
    statement = delete(LinkedIdentity).where(
        col(LinkedIdentity.id) == identity_id, col(LinkedIdentity.user_id) == user_id
    )
    return (await session.scalars(statement.returning(LinkedIdentity))).one_or_none()


async def remove_since(session: WriteSession, user_id: UUID, since: datetime | None) -> None:
    """Unlink what was linked after `since`, or all."""
    statement = delete(LinkedIdentity).where(col(LinkedIdentity.user_id) == user_id)
    if since is not None:
        statement = statement.where(col(LinkedIdentity.linked_at) > since)
    await session.execute(statement)
