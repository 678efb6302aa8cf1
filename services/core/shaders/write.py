"""Writing shaders: create, change, delete, and their versions.

A shader, its first version, its render and the render's job are written in one transaction, after the static check and
the monthly limit; so an answer of 201 means that a picture, or a reason why there is none, will come.

An edit names the version it began with. When another one came in between, `StaleVersionError` (409) holds all
three sides, so that no text is lost and the two can be merged; of several edits of one version exactly one wins,
because each locks the shader first. Sending the newest version again changes nothing and gives that version.

Raises the errors of core/glsl/static_check.py, core/licences.py, publication.py, quota.py and usage.py,
`NotFoundError` and `NotYoursError`.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import update
from sqlmodel import col

from services.contracts.glsl import Dialect
from services.contracts.shaders import RenderStatus
from services.core.accounts.service import default_licence, hold_active
from services.core.glsl.parameters import Parameter, clamp_parameters
from services.core.glsl.static_check import CheckedSource, check
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.jobs.events import emit
from services.core.jobs.outbox import current_request_id
from services.core.kit.database import WriteSession
from services.core.kit.errors import ConflictError, InvalidInputError, NotFoundError
from services.core.kit.settings import LimitSettings
from services.core.kit.tables import utc_now
from services.core.licences import require_compatible, require_known
from services.core.shaders import events, repository, review, usage
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import RENDER_BEGINS, Render, Shader, ShaderVersion
from services.core.shaders.publication import open_to_others, refuse_undrawn
from services.core.shaders.quota import count_publish
from services.core.shaders.schemas import ShaderCreate, ShaderUpdate, VersionCreate, VersionRestore
from services.core.shaders.visibility import PUBLISHED


class StaleVersionError(ConflictError):
    """The shader has a newer version than the one that the edit began with.

    `current` and `base` hold `version` and `source`, `yours` the `source` that was sent.
    """

    code = "stale_version"
    title = "The work has a newer version"


class UnknownBaseError(InvalidInputError):
    """The version that the edit claims to begin with does not exist."""

    code = "unknown_base"
    title = "There is no such version to begin with"


class UnknownVersionError(InvalidInputError):
    """The version from which others are to see the shader does not exist."""

    code = "unknown_version"
    title = "There is no such version"


class AlreadyNewestError(ConflictError):
    """The version to restore is the newest."""

    code = "already_newest"
    title = "This version is the newest"


async def create(session: WriteSession, caller: Caller, new: ShaderCreate, limits: LimitSettings) -> Shader:
    """A new shader with version 1."""
    licence = new.licence or await default_licence(session, caller.user_id)
    require_known(licence)
    checked = await check(new.source, limits.source_bytes)
    shader = Shader(
        author_id=caller.user_id,
        dialect=checked.dialect,
        licence=licence,
        **new.model_dump(exclude={"source", "parameter_values", "licence"}),
    )
    await add_shader(session, caller, shader, checked, new.parameter_values, limits)
    return shader


async def change(
    session: WriteSession, caller: Caller, shader_id: str, changes: ShaderUpdate, limits: LimitSettings
) -> Shader:
    """Change a shader's title, licence and so on; only what was sent. Publishing a draft counts, once.

    Nothing is changed where it may not be shown to others yet (publication.py).
    """
    shader = await repository.locked_own(session, caller, shader_id)
    opens = changes.visibility in PUBLISHED and shader.visibility not in PUBLISHED
    still_time_before = shader.still_time
    if changes.licence is not None:
        require_compatible(shader.inherited_licence, changes.licence)
    if changes.public_from is not None and changes.public_from > shader.current_version:
        raise UnknownVersionError(f"The newest version is {shader.current_version}")
    sent = changes.model_dump(exclude_unset=True, exclude={"require_picture"})
    for name, value in sent.items():
        if value is not None or name == "still_time":
            setattr(shader, name, value)
    if changes.tags is not None:
        shader.search_words = search_words(changes.tags, caller.handle)
    if changes.visibility is not None:
        await _note_publication(session, caller, shader, limits)
    if opens:
        # After what waiting for a picture would not change. The count is undone with the transaction.
        await refuse_undrawn(session, shader, require_picture=bool(changes.require_picture))
    shader.updated_at = utc_now()
    await refresh_listing(session, shader.id)
    if changes.still_time is not None or shader.still_time != still_time_before:
        await _take_still_again(session, shader)
    return shader


async def delete(session: WriteSession, caller: Caller, shader_id: str) -> None:
    """Take a shader down. Its forks stay, and show that there was one."""
    shader = await repository.locked_own(session, caller, shader_id)
    shader.deleted_at = utc_now()
    await refresh_listing(session, shader.id)


async def add_edit(
    session: WriteSession, caller: Caller, shader_id: str, edit: VersionCreate, limits: LimitSettings
) -> tuple[int, bool]:
    """The number of the version that now holds the edit, and whether it is new."""
    checked = await check(edit.source, limits.source_bytes)
    shader = await repository.locked_own(session, caller, shader_id)
    newest = await _version(session, shader, shader.current_version)
    if _same(newest, checked, edit.parameter_values):
        return newest.number, False
    await _refuse_stale(session, shader, edit.based_on, yours=checked.source)
    number = shader.current_version + 1
    await _require_room(session, caller, shader, checked, number, limits)
    await add_version(session, shader, checked, edit.parameter_values, number=number, note=edit.note)
    return number, True


async def restore(
    session: WriteSession, caller: Caller, shader_id: str, wanted: VersionRestore, limits: LimitSettings
) -> int:
    """Make a copy of an old version the newest, and give its number."""
    shader = await repository.locked_own(session, caller, shader_id)
    old = await _version(session, shader, wanted.version)
    if wanted.based_on is not None:
        await _refuse_stale(session, shader, wanted.based_on, yours=old.source)
    if old.number == shader.current_version:
        raise AlreadyNewestError
    number = shader.current_version + 1
    note = f"Restored from version {old.number}"
    checked = as_checked(old)
    await _require_room(session, caller, shader, checked, number, limits)
    await add_version(
        session, shader, checked, old.parameter_values, number=number, note=note, restored_from=old.number
    )
    return number


def as_checked(version: ShaderVersion) -> CheckedSource:
    """A version's source, which passed the static check when it was written."""
    return CheckedSource(version.source, Dialect(version.dialect), cast("list[Parameter]", version.parameters))


async def add_shader(
    session: WriteSession,
    caller: Caller,
    shader: Shader,
    checked: CheckedSource,
    values: Mapping[str, Any],
    limits: LimitSettings,
) -> None:
    """Write a new shader with its first version, and count it when it is published."""
    await hold_active(session, caller.user_id)
    shader.search_words = search_words(shader.tags, caller.handle)
    if shader.visibility not in PUBLISHED:
        await usage.require_draft(session, caller.user_id, limits)
    await usage.require_room(session, caller.user_id, len(checked.source.encode()), limits)
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
    """Write version `number` of a locked or new shader, make it the newest, and ask for its pictures."""
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
    if shader.visibility not in PUBLISHED or shader.review_asked_at is not None:
        shader.public_from = number
    shader.dialect = checked.dialect
    shader.updated_at = version.created_at
    await session.flush()
    session.add(Render(shader_id=shader.id, version=number, request_id=current_request_id()))
    await emit(session, events.PICTURES_WANTED, shader_id=shader.id, version=number)
    await session.flush()
    await usage.refresh_kept_bytes(session, shader.id)
    return version


def fitted(checked: CheckedSource, values: Mapping[str, Any]) -> dict[str, Any]:
    """The given values of declared parameters, clamped; a value of the wrong type becomes the default."""
    clamped = clamp_parameters(checked.parameters, values)
    return {name: value for name, value in clamped.items() if name in values}


def search_words(tags: list[str], handle: str) -> str:
    """What a search finds beside title and description."""
    return " ".join([*tags, handle])


async def _version(session: WriteSession, shader: Shader, number: int) -> ShaderVersion:
    found = await repository.version(session, shader.id, number)
    if found is None:
        raise NotFoundError(f"The work has no version {number}")
    return found


def _same(newest: ShaderVersion, checked: CheckedSource, values: Mapping[str, Any]) -> bool:
    return newest.source == checked.source and newest.parameter_values == fitted(checked, values)


async def _refuse_stale(session: WriteSession, shader: Shader, based_on: int, *, yours: str) -> None:
    if based_on == shader.current_version:
        return
    base = await repository.version(session, shader.id, based_on)
    if base is None:
        raise UnknownBaseError(f"The newest version is {shader.current_version}")
    current = await _version(session, shader, shader.current_version)
    raise StaleVersionError(
        f"Version {current.number} exists since you began with version {based_on}",
        extra={
            "yours": {"source": yours},
            "current": {"version": current.number, "source": current.source},
            "base": {"version": base.number, "source": base.source},
        },
    )


async def _require_room(
    session: WriteSession, caller: Caller, shader: Shader, checked: CheckedSource, number: int, limits: LimitSettings
) -> None:
    """Raise `VersionLimitError` or `StorageLimitError` unless there may be another version."""
    usage.require_version(number, limits)
    await usage.require_room(session, caller.user_id, len(checked.source.encode()), limits)


async def _note_publication(session: WriteSession, caller: Caller, shader: Shader, limits: LimitSettings) -> None:
    """Count the first publish of a shader, and show it to others, or have a moderator look at it before."""
    if shader.visibility not in PUBLISHED or shader.published_at is not None or shader.review_asked_at is not None:
        return
    caller.require(Permission.PUBLISH)
    await count_publish(session, caller.user_id, limit=limits.publishes_per_month)
    if await review.is_due(session, caller, limits):
        shader.review_asked_at = utc_now()
    else:
        await open_to_others(session, shader)


async def _take_still_again(session: WriteSession, shader: Shader) -> None:
    """Ask for new pictures of the newest version unless its still was taken at that time.

    The old pictures stay until then. A version that failed is left alone, and one that waits needs nothing.
    """
    rendered = await session.execute(
        update(Render)
        .where(
            col(Render.shader_id) == shader.id,
            col(Render.version) == shader.current_version,
            col(Render.status).in_([RenderStatus.READY, RenderStatus.RENDERING]),
            col(Render.still_time).is_distinct_from(shader.still_time),
        )
        .values(**RENDER_BEGINS, request_id=current_request_id(), updated_at=utc_now())
        .returning(col(Render.version))
    )
    if rendered.one_or_none() is not None:
        await emit(session, events.PICTURES_WANTED, shader_id=shader.id, version=shader.current_version)
