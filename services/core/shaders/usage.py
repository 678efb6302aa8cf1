"""How much an account keeps, and how much it may: drafts, versions of a shader, bytes.

Drafts are all shaders that were never published, private ones too; one that awaits review counts as published. Bytes
are those of sources, quick stills and loops; each shader knows its own (`Shader.kept_bytes`), and what is deleted no
longer counts. Kept stills do not: the site draws them for itself when it has time. Only what adds something is refused:
who is over a bound, as after it was lowered, reads, changes, publishes and deletes as before.

Requests of one account that add something wait for one another, so that they stay within a bound together.
"""

from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlmodel import col

from services.contracts.accounts import Bound, Publishes, Usage
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ForbiddenError
from services.core.kit.settings import LimitSettings
from services.core.shaders.models import Render, Shader, ShaderVersion
from services.core.shaders.quota import publishes_of


class DraftLimitError(ForbiddenError):
    """The account has as many unpublished shaders as it may; `used`, `limit`."""

    code = "draft_limit"
    title = "There is no room for another draft"


class VersionLimitError(ForbiddenError):
    """The shader has as many versions as it may; `limit`."""

    code = "version_limit"
    title = "The work has as many versions as it may"


class StorageLimitError(ForbiddenError):
    """The account keeps as many bytes as it may; `used`, `limit`."""

    code = "storage_limit"
    title = "The account's storage is used up"


async def require_draft(session: WriteSession, user_id: UUID, limits: LimitSettings) -> None:
    """Raise `DraftLimitError` unless the account may have another shader that is not published."""
    await _one_at_a_time(session, user_id)
    used, limit = await _count_drafts(session, user_id), limits.drafts_per_account
    if used >= limit:
        raise DraftLimitError(
            f"You have {used} drafts and private shaders, and may have {limit}: publish or delete one",
            extra={"used": used, "limit": limit},
        )


def require_version(number: int, limits: LimitSettings) -> None:
    """Raise `VersionLimitError` unless a shader may have that many versions."""
    if number > limits.versions_per_shader:
        raise VersionLimitError(
            f"A shader has at most {limits.versions_per_shader} versions: go on in a fork of it",
            extra={"limit": limits.versions_per_shader},
        )


async def require_room(session: WriteSession, user_id: UUID, size: int, limits: LimitSettings) -> None:
    """Raise `StorageLimitError` unless the account may keep `size` more bytes."""
    await _one_at_a_time(session, user_id)
    used, limit = await _count_bytes(session, user_id), limits.bytes_per_account
    if used + size > limit:
        raise StorageLimitError(
            f"You keep {_megabytes(used)} of {_megabytes(limit)} MB: delete shaders that you no longer need",
            extra={"used": used, "limit": limit},
        )


async def refresh_kept_bytes(session: WriteSession, shader_id: str) -> None:
    """Count anew what a shader's versions and pictures take."""
    sources = select(func.sum(func.octet_length(col(ShaderVersion.source)))).where(
        col(ShaderVersion.shader_id) == shader_id
    )
    pictures = select(func.sum(col(Render.picture_bytes))).where(col(Render.shader_id) == shader_id)
    await session.execute(
        update(Shader)
        .where(col(Shader.id) == shader_id)
        .values(kept_bytes=func.coalesce(sources.scalar_subquery(), 0) + func.coalesce(pictures.scalar_subquery(), 0))
        .execution_options(synchronize_session=False)
    )


async def add_picture(session: WriteSession, shader_id: str, version: int, size: int) -> None:
    """A picture of so many bytes is kept with a version."""
    await session.execute(
        update(Render)
        .where(col(Render.shader_id) == shader_id, col(Render.version) == version)
        .values(picture_bytes=col(Render.picture_bytes) + size)
        .execution_options(synchronize_session=False)
    )
    await refresh_kept_bytes(session, shader_id)


async def usage_of(session: ReadSession, user_id: UUID, limits: LimitSettings) -> Usage:
    """What an account uses of what it may."""
    used, limit, resets_at = await publishes_of(session, user_id, limit=limits.publishes_per_month)
    return Usage(
        drafts=Bound(used=await _count_drafts(session, user_id), limit=limits.drafts_per_account),
        bytes=Bound(used=await _count_bytes(session, user_id), limit=limits.bytes_per_account),
        publishes=Publishes(used=used, limit=limit, resets_at=resets_at),
        versions_per_shader=limits.versions_per_shader,
    )


async def _one_at_a_time(session: WriteSession, user_id: UUID) -> None:
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('usage:' || :user, 0))"), {"user": str(user_id)}
    )


async def _count_drafts(session: ReadSession, user_id: UUID) -> int:
    statement = select(func.count()).select_from(Shader)
    unpublished = col(Shader.published_at).is_(None), col(Shader.review_asked_at).is_(None)
    mine = col(Shader.author_id) == user_id, col(Shader.deleted_at).is_(None)
    return await session.scalar(statement.where(*mine, *unpublished)) or 0


async def _count_bytes(session: ReadSession, user_id: UUID) -> int:
    statement = select(func.coalesce(func.sum(col(Shader.kept_bytes)), 0))
    mine = col(Shader.author_id) == user_id, col(Shader.deleted_at).is_(None)
    return int(await session.scalar(statement.where(*mine)) or 0)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f}".removesuffix(".0")
