"""Putting works into the world: create, change what is said about them, delete.

A work, its first version, its render and the render's job are written in one transaction, after the static gate and
the monthly limit had their say; so an answer of 201 means that a picture, or a reason why there is none, will come.
Raises the errors of gate.py, licences.py and quota.py, `NotFoundError` and `NotYoursError`.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from services.contracts.shaders import PreviewStatus, RenderStatus
from services.core.glsl.parameters import clamp_parameters
from services.core.glsl.static_check import CheckedSource, check
from services.core.identity.caller import Caller
from services.core.jobs.events import emit
from services.core.kit.database import WriteSession
from services.core.kit.settings import LimitSettings
from services.core.kit.tables import utc_now
from services.core.ranking.hot import hot_score
from services.core.shaders import events, repository
from services.core.shaders.licences import require_compatible, require_known
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Render, Shader, ShaderVersion
from services.core.shaders.quota import count_publish
from services.core.shaders.schemas import ShaderCreate, ShaderUpdate
from services.core.shaders.visibility import PUBLISHED


async def create(session: WriteSession, caller: Caller, order: ShaderCreate, limits: LimitSettings) -> Shader:
    """A new work with version 1."""
    require_known(order.licence)
    checked = await check(order.source, limits.source_bytes)
    shader = Shader(
        author_id=caller.user_id,
        title=order.title,
        description=order.description,
        tags=order.tags,
        licence=order.licence,
        ai_label=order.ai_label,
        dialect=checked.dialect,
        visibility=order.visibility,
        still_time=order.still_time,
    )
    await add_work(session, caller, shader, checked, order.parameter_values, limits)
    return shader


async def add_work(
    session: WriteSession,
    caller: Caller,
    shader: Shader,
    checked: CheckedSource,
    values: Mapping[str, Any],
    limits: LimitSettings,
) -> None:
    """Write a new work with its first version, and count it when it is published."""
    shader.search_words = search_words(shader.tags, caller.handle)
    await _note_publication(session, caller, shader, limits)
    session.add(shader)
    await session.flush()
    await add_version(session, shader, checked, values)


async def add_version(
    session: WriteSession,
    shader: Shader,
    checked: CheckedSource,
    values: Mapping[str, Any],
    *,
    number: int = 1,
    note: str = "",
    restored_from: int | None = None,
) -> ShaderVersion:
    """Write version `number` of a locked or new work, make it the newest, and ask for its pictures."""
    version = ShaderVersion(
        shader_id=shader.id,
        number=number,
        source=checked.source,
        source_sha256=hashlib.sha256(checked.source.encode()).hexdigest(),
        dialect=checked.dialect,
        parameters=[dict(parameter) for parameter in checked.parameters],
        parameter_values=fitted(checked, values),
        note=note,
        restored_from=restored_from,
    )
    session.add(version)
    shader.current_version = number
    shader.dialect = checked.dialect
    shader.updated_at = version.created_at
    await session.flush()
    session.add(Render(shader_id=shader.id, version=number))
    await emit(session, events.PICTURES_WANTED, shader_id=shader.id, version=number)
    await session.flush()
    return version


async def change(
    session: WriteSession, caller: Caller, shader_id: str, order: ShaderUpdate, limits: LimitSettings
) -> Shader:
    """Change what is said about a work; only what was sent. Publishing a draft counts, once."""
    shader = await repository.locked_own(session, caller, shader_id)
    still_time_before = shader.still_time
    if order.licence is not None:
        require_compatible(shader.inherited_licence, order.licence)
    sent = order.model_dump(exclude_unset=True)
    for name, value in sent.items():
        if value is not None or name == "still_time":
            setattr(shader, name, value)
    if order.tags is not None:
        shader.search_words = search_words(order.tags, caller.handle)
    if order.visibility is not None:
        await _note_publication(session, caller, shader, limits)
    shader.updated_at = utc_now()
    await refresh_listing(session, shader.id)
    if order.still_time is not None or shader.still_time != still_time_before:
        await _take_still_again(session, shader)
    return shader


async def delete(session: WriteSession, caller: Caller, shader_id: str) -> None:
    """Take a work down. Its forks stay, and show that there was a work."""
    shader = await repository.locked_own(session, caller, shader_id)
    shader.deleted_at = utc_now()
    await refresh_listing(session, shader.id)


def fitted(checked: CheckedSource, values: Mapping[str, Any]) -> dict[str, Any]:
    """The given values of declared parameters, clamped; a value of the wrong type becomes the default."""
    clamped = clamp_parameters(checked.parameters, values)
    return {name: value for name, value in clamped.items() if name in values}


def search_words(tags: list[str], handle: str) -> str:
    """What a search finds beside title and description."""
    return " ".join([*tags, handle])


async def _note_publication(session: WriteSession, caller: Caller, shader: Shader, limits: LimitSettings) -> None:
    """Count and date the moment in which others can see a work for the first time."""
    if shader.visibility not in PUBLISHED or shader.published_at is not None:
        return
    await count_publish(session, caller.user_id, limit=limits.publishes_per_month)
    shader.published_at = utc_now()
    shader.hot = hot_score(shader.up, shader.down, shader.published_at)
    await emit(session, events.PUBLISHED, shader_id=shader.id, author_id=str(shader.author_id))


async def _take_still_again(session: WriteSession, shader: Shader) -> None:
    """Ask for new pictures of the newest version unless its still was taken at that time.

    The old pictures stay until then. A version that failed is left alone, and one that waits needs nothing.
    """
    asked = await session.execute(
        update(Render)
        .where(
            col(Render.shader_id) == shader.id,
            col(Render.version) == shader.current_version,
            col(Render.status).in_([RenderStatus.READY, RenderStatus.RENDERING]),
            col(Render.still_time).is_distinct_from(shader.still_time),
        )
        .values(
            status=RenderStatus.PENDING,
            preview_status=PreviewStatus.PENDING,
            preview_reason=None,
            attempts=0,
            preview_attempts=0,
            lease_until=None,
            updated_at=utc_now(),
        )
        .returning(col(Render.version))
    )
    if asked.one_or_none() is not None:
        await emit(session, events.PICTURES_WANTED, shader_id=shader.id, version=shader.current_version)
