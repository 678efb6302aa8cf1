"""Another try: pictures that could not be drawn, or all that a filter names, are drawn once more.

`redraw` is the one way to it: the author, an agent or an admin names a version (`redraw_own`), an operator gives a
`RedrawFilter`, and what a worker gave up, which says nothing about a shader, is tried again by itself (`retry_doubts`).

- Only what has ended is touched, under a lock that is not waited for: who asks twice, or while another asks, or while
  it is being drawn, causes nothing more. A job that is under way keeps its claim.
- The pictures that are there stay until the new ones are, and so does the place in the lists.
- A still that is drawn anew gets its loop anew; where only the loop has failed, only that is drawn.

Raises `NotFoundError`, and `NotYoursError` for whoever may see the shader and not do this.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_, update
from sqlmodel import col

from services.contracts.shaders import PreviewStatus, RenderStatus
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.jobs.events import emit
from services.core.jobs.outbox import enqueue
from services.core.kit.database import WriteSession
from services.core.kit.topics import publish
from services.core.renders.jobs import RENDER_PREVIEW
from services.core.renders.service import GAVE_UP, topic_of
from services.core.shaders.events import PICTURES_WANTED
from services.core.shaders.models import RENDER_BEGINS, Render, Shader
from services.core.shaders.repository import NotYoursError, require_visible

MOST_AT_ONCE = 100
# What was given up waits as long again as it has been tried for, within these bounds.
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=10), timedelta(days=1)
# There is no loop, and that is right.
_NOT_MISSED = ("static", "failed")


@dataclass(frozen=True, slots=True, kw_only=True)
class RedrawFilter:
    """Which versions; each field that is given narrows it. Without `version` it is the newest of each shader.

    `codes` are the reasons why a still or a loop failed. `ready` is for those that have their pictures, too.
    """

    shader_id: str | None = None
    version: int | None = None
    author_id: UUID | None = None
    codes: frozenset[str] | None = None
    backend: str | None = None
    ready: bool = False


async def redraw(
    session: WriteSession, wanted: RedrawFilter, *conditions: ColumnElement[bool], limit: int = MOST_AT_ONCE
) -> int:
    """Have at most `limit` of those versions drawn again, and return how many: 0 when there is nothing more to do."""
    stills = await _take(session, _stills(wanted), [*_named(wanted), *conditions], limit)
    await _reset(session, stills, {**RENDER_BEGINS, "failure_code": None, "errors": []})
    for shader_id, version in stills:
        await emit(session, PICTURES_WANTED, shader_id=shader_id, version=version)
    loops = await _take(session, _loops(wanted), [*_named(wanted), *conditions], limit - len(stills))
    # The kept still goes behind it, so what marks or holds that one must not keep the loop from being taken.
    loop = {name: begins for name, begins in RENDER_BEGINS.items() if name.startswith(("preview", "lease"))}
    await _reset(session, loops, loop)
    for shader_id, version in loops:
        await enqueue(session, RENDER_PREVIEW, shader_id=shader_id, version=version)
    for shader_id, _ in (*stills, *loops):
        await publish(session, topic_of(shader_id))
    return len(stills) + len(loops)


async def redraw_own(session: WriteSession, caller: Caller, shader_id: str, version: int | None) -> bool:
    """Have a failed version of an own shader, or its newest, drawn again; whether there was something to do."""
    author_id = await require_visible(session, caller, shader_id)
    if author_id != caller.user_id and not caller.may(Permission.REDRAW_SHADERS):
        raise NotYoursError
    return await redraw(session, RedrawFilter(shader_id=shader_id, version=version)) > 0


async def retry_doubts(session: WriteSession) -> int:
    """Try again what was given up without a word about the shader, ever more rarely; how many these are."""
    tried_for = col(Render.updated_at) - col(Render.created_at)
    pause = func.least(func.greatest(tried_for, _FIRST_PAUSE), _LONGEST_PAUSE)
    due = col(Render.updated_at) + pause < func.now()
    return await redraw(session, RedrawFilter(codes=frozenset({GAVE_UP})), due, limit=MOST_AT_ONCE // 5)


async def _take(
    session: WriteSession, ended: ColumnElement[bool], conditions: list[ColumnElement[bool]], limit: int
) -> list[tuple[str, int]]:
    """The renders that have ended so, locked; one that somebody else has locked is being seen to."""
    statement = (
        select(col(Render.shader_id), col(Render.version))
        .join(Shader, col(Shader.id) == col(Render.shader_id))
        .where(col(Shader.deleted_at).is_(None), ended, *conditions)
        .order_by(col(Render.updated_at))
        .limit(limit)
        .with_for_update(of=Render, skip_locked=True)
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def _reset(session: WriteSession, keys: list[tuple[str, int]], values: dict[str, Any]) -> None:
    await session.execute(
        update(Render)
        .where(tuple_(col(Render.shader_id), col(Render.version)).in_(keys))
        .values({**values, "updated_at": func.now()})
        .execution_options(synchronize_session=False)
    )


def _named(wanted: RedrawFilter) -> list[ColumnElement[bool]]:
    number = col(Shader.current_version) if wanted.version is None else wanted.version
    conditions: list[ColumnElement[bool]] = [col(Render.version) == number]
    if wanted.shader_id is not None:
        conditions.append(col(Render.shader_id) == wanted.shader_id)
    if wanted.author_id is not None:
        conditions.append(col(Shader.author_id) == wanted.author_id)
    if wanted.backend is not None:
        conditions.append(col(Render.backend) == wanted.backend)
    return conditions


def _stills(wanted: RedrawFilter) -> ColumnElement[bool]:
    failed: ColumnElement[bool] = col(Render.status) == RenderStatus.FAILED
    if wanted.codes is not None:
        failed = and_(failed, col(Render.failure_code).in_(wanted.codes))
    return or_(failed, _settled()) if wanted.ready else failed


def _settled() -> ColumnElement[bool]:
    ends = (PreviewStatus.READY, PreviewStatus.SKIPPED)
    return and_(col(Render.status) == RenderStatus.READY, col(Render.preview_status).in_(ends))


def _loops(wanted: RedrawFilter) -> ColumnElement[bool]:
    reason = col(Render.preview_reason)
    missed = reason.not_in(_NOT_MISSED) if wanted.codes is None else reason.in_(wanted.codes)
    return and_(col(Render.status) == RenderStatus.READY, col(Render.preview_status) == PreviewStatus.SKIPPED, missed)
