"""Reading works: whole ones and their versions, as the caller may see them.

Raises `NotFoundError` for what does not exist or is not the caller's to see. Compile errors and a moderator's reason
are for the author and for moderators.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.contracts.pages import Page
from services.contracts.shaders import RenderPublic, RenderStatus, ShaderPublic, VersionPublic, VersionSummary
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.database import ReadSession
from services.core.kit.errors import NotFoundError
from services.core.shaders import repository
from services.core.shaders.cards import card_fields, picture_url
from services.core.shaders.models import Render, ShaderVersion
from services.core.shaders.render_status import render_public


async def shader(session: ReadSession, caller: Caller | None, shader_id: str) -> ShaderPublic:
    """A whole work with its newest version."""
    row = await repository.detail(session, caller, shader_id)
    version: ShaderVersion = row.ShaderVersion
    insider = _is_insider(caller, row.author_id)
    return ShaderPublic(
        **card_fields(row),
        description=row.description,
        source=version.source,
        parameters=version.parameters,
        parameter_values=version.parameter_values,
        note=version.note,
        still_time=row.still_time,
        updated_at=row.updated_at,
        inherited_licence=row.inherited_licence,
        hidden_reason=row.hidden_reason if insider else None,
        render=_render(version, row.Render, insider=insider),
    )


async def version(session: ReadSession, caller: Caller | None, shader_id: str, number: int | None) -> VersionPublic:
    """A version, or the newest."""
    row = await repository.version(session, caller, shader_id, number)
    found: ShaderVersion = row.ShaderVersion
    return VersionPublic(
        **_summary(row).model_dump(),
        shader_id=found.shader_id,
        source=found.source,
        parameters=found.parameters,
        parameter_values=found.parameter_values,
    )


async def still_name(session: ReadSession, caller: Caller | None, shader_id: str, number: int | None) -> str:
    """The stored object that is the still of a version, or of the newest; `NotFoundError` also before there is one."""
    drawn: Render | None = (await repository.version(session, caller, shader_id, number)).Render
    if drawn is None or drawn.still_name is None:
        raise NotFoundError("This version has no picture yet")
    return drawn.still_name


async def versions(
    session: ReadSession, caller: Caller | None, shader_id: str, *, cursor: str | None, limit: int
) -> Page[VersionSummary]:
    """The versions of a work, the newest first."""
    rows, next_cursor = await repository.versions(session, caller, shader_id, cursor=cursor, limit=limit)
    return Page(items=[_summary(row) for row in rows], next_cursor=next_cursor)


async def two_versions(
    session: ReadSession, caller: Caller | None, shader_id: str, old: int | None, new: int | None
) -> tuple[ShaderVersion, ShaderVersion]:
    """The two versions to be compared: `new` or the newest, and `old` or the one before that."""
    after: ShaderVersion = (await repository.version(session, caller, shader_id, new)).ShaderVersion
    wanted = max(1, after.number - 1) if old is None else old
    before: ShaderVersion = (await repository.version(session, caller, shader_id, wanted)).ShaderVersion
    return before, after


def _is_insider(caller: Caller | None, author_id: UUID) -> bool:
    return caller is not None and (caller.user_id == author_id or caller.may(Permission.INSPECT_SHADERS))


def _summary(row: Row[Any]) -> VersionSummary:
    found: ShaderVersion = row.ShaderVersion
    drawn: Render | None = row.Render
    return VersionSummary(
        version=found.number,
        dialect=found.dialect,
        note=found.note,
        restored_from=found.restored_from,
        source_sha256=found.source_sha256,
        created_at=found.created_at,
        render_status=drawn.status if drawn else RenderStatus.PENDING,
        still_url=picture_url(drawn.still_name) if drawn else None,
    )


def _render(version: ShaderVersion, drawn: Render | None, *, insider: bool) -> RenderPublic:
    waiting = Render(shader_id=version.shader_id, version=version.number, created_at=version.created_at)
    return render_public(drawn or waiting, with_errors=insider)
