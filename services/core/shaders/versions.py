"""Versions of a work: add, restore.

An edit names the version it began with. When another one came in between, `StaleVersionError` (409) holds all
three sides, so that no text is lost and the two can be merged; of several edits of one version exactly one wins,
because each locks the work first. Sending the newest version again changes nothing and gives that version.
"""

from collections.abc import Mapping
from typing import Any, cast

from services.contracts.glsl import Dialect
from services.core.glsl.parameters import Parameter
from services.core.glsl.static_check import CheckedSource, check
from services.core.identity.caller import Caller
from services.core.kit.database import WriteSession
from services.core.kit.errors import ConflictError, InvalidInputError, NotFoundError
from services.core.kit.settings import LimitSettings
from services.core.shaders import repository
from services.core.shaders.models import Shader, ShaderVersion
from services.core.shaders.publish import add_version, fitted
from services.core.shaders.schemas import VersionCreate, VersionRestore


class StaleVersionError(ConflictError):
    """The work has a newer version than the one that the edit began with.

    `current` and `base` hold `version` and `source`, `yours` the `source` that was sent.
    """

    code = "stale_version"
    title = "The work has a newer version"


class UnknownBaseError(InvalidInputError):
    """The version that the edit claims to begin with does not exist."""

    code = "unknown_base"
    title = "There is no such version to begin with"


class AlreadyNewestError(ConflictError):
    """The version to restore is the newest."""

    code = "already_newest"
    title = "This version is the newest"


async def add(
    session: WriteSession, caller: Caller, shader_id: str, order: VersionCreate, limits: LimitSettings
) -> tuple[int, bool]:
    """The number of the version that now holds the edit, and whether it is new."""
    checked = await check(order.source, limits.source_bytes)
    shader = await repository.locked_own(session, caller, shader_id)
    newest = await _version(session, shader, shader.current_version)
    if _same(newest, checked, order.parameter_values):
        return newest.number, False
    await _refuse_stale(session, shader, order.based_on, yours=checked.source)
    number = shader.current_version + 1
    await add_version(session, shader, checked, order.parameter_values, number=number, note=order.note)
    return number, True


async def restore(session: WriteSession, caller: Caller, shader_id: str, order: VersionRestore) -> int:
    """Make a copy of an old version the newest, and give its number."""
    shader = await repository.locked_own(session, caller, shader_id)
    old = await _version(session, shader, order.version)
    if order.based_on is not None:
        await _refuse_stale(session, shader, order.based_on, yours=old.source)
    if old.number == shader.current_version:
        raise AlreadyNewestError
    number = shader.current_version + 1
    note = f"Restored from version {old.number}"
    await add_version(
        session, shader, as_checked(old), old.parameter_values, number=number, note=note, restored_from=old.number
    )
    return number


def as_checked(version: ShaderVersion) -> CheckedSource:
    """A version's source, which passed the gate when it was written."""
    return CheckedSource(version.source, Dialect(version.dialect), cast("list[Parameter]", version.parameters))


async def _version(session: WriteSession, shader: Shader, number: int) -> ShaderVersion:
    found = await repository.snapshot(session, shader.id, number)
    if found is None:
        raise NotFoundError(f"The work has no version {number}")
    return found


def _same(newest: ShaderVersion, checked: CheckedSource, values: Mapping[str, Any]) -> bool:
    return newest.source == checked.source and newest.parameter_values == fitted(checked, values)


async def _refuse_stale(session: WriteSession, shader: Shader, based_on: int, *, yours: str) -> None:
    if based_on == shader.current_version:
        return
    base = await repository.snapshot(session, shader.id, based_on)
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
