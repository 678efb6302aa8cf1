"""What a user wants no more of in their feed: a tag, an author, a shader, or works with an AI label.

Muting is idempotent, acts on the pages that a paging session has left, and is nobody else's business: the author is not
told, and lists, search and profiles show what is muted.
"""

from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, Uuid, and_, any_, case, cast, delete, exists, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.contracts.shaders import AiLabel
from services.core.accounts.models import User
from services.core.accounts.repository import user_by_handle
from services.core.feed.models import Mute, MuteKind
from services.core.feed.schemas import MutePublic
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError, InvalidInputError, NotFoundError
from services.core.kit.tables import utc_now
from services.core.kit.text import clean_tags
from services.core.shaders.models import Shader
from services.core.shaders.visibility import visible_to

MOST = 500


class TooManyMutesError(ConflictError):
    """A feed without all of that would be empty."""

    code = "too_many_mutes"
    title = f"You have muted {MOST} things, which is as many as there can be; take one back first"


class UnknownMuteError(InvalidInputError):
    """There can be no such tag or AI label."""

    code = "invalid_mute"
    title = "There can be no such tag or label"


def not_muted_by(reader: Any) -> ColumnElement[bool]:
    """The shaders of which the user `reader` (an id, or a placeholder) has muted nothing."""
    about = or_(
        and_(col(Mute.kind) == MuteKind.SHADER, col(Mute.name) == col(Shader.id)),
        and_(col(Mute.kind) == MuteKind.AUTHOR, col(Mute.name) == cast(col(Shader.author_id), String)),
        and_(col(Mute.kind) == MuteKind.AI_LABEL, col(Mute.name) == col(Shader.ai_label)),
        and_(col(Mute.kind) == MuteKind.TAG, col(Mute.name) == any_(col(Shader.tags))),
    )
    return ~exists().where(col(Mute.user_id) == reader, about)


async def mutes_of(session: ReadSession, caller: Caller) -> list[MutePublic]:
    """All that the caller has muted and that is still there, the latest first."""
    name = case((col(Mute.kind) == MuteKind.AUTHOR, col(User.handle)), else_=col(Mute.name))
    title = case((col(Mute.kind) == MuteKind.AUTHOR, col(User.display_name)), else_=col(Shader.title))
    statement = (
        select(col(Mute.kind), name.label("name"), title.label("title"), col(Mute.muted_at))
        .outerjoin(
            User,
            and_(
                col(Mute.kind) == MuteKind.AUTHOR,
                col(User.id) == case((col(Mute.kind) == MuteKind.AUTHOR, cast(col(Mute.name), Uuid))),
                col(User.deleted_at).is_(None),
            ),
        )
        .outerjoin(
            Shader, and_(col(Mute.kind) == MuteKind.SHADER, col(Shader.id) == col(Mute.name), visible_to(caller))
        )
        .where(
            col(Mute.user_id) == caller.user_id,
            or_(
                col(Mute.kind).in_((MuteKind.TAG, MuteKind.AI_LABEL)),
                col(User.id).is_not(None),
                col(Shader.id).is_not(None),
            ),
        )
        .order_by(col(Mute.muted_at).desc(), col(Mute.kind), col(Mute.name))
    )
    rows = await session.execute(statement)
    return [MutePublic(kind=row.kind, name=row.name, title=row.title, muted_at=row.muted_at) for row in rows]


async def mute(session: WriteSession, caller: Caller, kind: MuteKind, name: str) -> None:
    """Have no more of it in the caller's feed; an author is named by handle.

    Raises `NotFoundError`, `UnknownMuteError` and `TooManyMutesError`.
    """
    stored = await _stored_name(session, caller, kind, name)
    added = await session.scalar(
        insert(Mute)
        .values(user_id=caller.user_id, kind=kind, name=stored, muted_at=utc_now())
        .on_conflict_do_nothing()
        .returning(col(Mute.name))
    )
    if added is not None and await _count(session, caller.user_id) > MOST:
        raise TooManyMutesError


async def unmute(session: WriteSession, caller: Caller, kind: MuteKind, name: str) -> None:
    """Take a mute back; nothing happens where there is none. Raises `NotFoundError` for an unknown author."""
    if kind is MuteKind.AUTHOR:
        name = str(await _author(session, name))
    elif kind is MuteKind.TAG:
        with suppress(ValueError):
            (name,) = clean_tags([name])
    await session.execute(
        delete(Mute).where(col(Mute.user_id) == caller.user_id, col(Mute.kind) == kind, col(Mute.name) == name)
    )


async def _count(session: ReadSession, user_id: UUID) -> int:
    mine = select(func.count()).select_from(Mute).where(col(Mute.user_id) == user_id)
    return await session.scalar(mine) or 0


async def _stored_name(session: ReadSession, caller: Caller, kind: MuteKind, name: str) -> str:
    if kind is MuteKind.AUTHOR:
        return str(await _author(session, name))
    if kind is MuteKind.SHADER:
        found = select(col(Shader.id)).where(col(Shader.id) == name, visible_to(caller))
        if await session.scalar(found) is None:
            raise NotFoundError
    elif kind is MuteKind.AI_LABEL:
        if name not in set(AiLabel):
            raise UnknownMuteError
    else:
        try:
            (name,) = clean_tags([name])
        except ValueError:
            raise UnknownMuteError from None
    return name


async def _author(session: ReadSession, handle: str) -> UUID:
    found = await user_by_handle(session, handle)
    if found is None:
        raise NotFoundError
    return found.id
