"""Forks, and the family tree that they make.

A fork is a shader of its own with a record of the shader and version it came from. It takes over the source, its
parameter values, the second of the still and the tags unless told otherwise, obeys the parent's licence (licences.py),
and begins as a draft. `source` lets an edit that was made before forking come along.

Title, description and the author's choices (such as `ai_label`) are what whoever forks says, not what somebody else
said: they are those of a new shader unless told, and the title is `UNTITLED_FORK`.
"""

from typing import Any

from sqlmodel import col

from services.contracts.shaders import Lineage, LineageNode, ShaderSummary
from services.core.glsl.static_check import check
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.kit.pagination import JsonPage
from services.core.kit.settings import LimitSettings
from services.core.licences import licence_of_fork, require_compatible
from services.core.shaders import repository
from services.core.shaders.models import Shader
from services.core.shaders.schemas import UNTITLED_FORK, ForkCreate
from services.core.shaders.visibility import listed_or_own
from services.core.shaders.write import add_shader, as_checked

# What the forker says about the fork; the rest has rules of its own.
_SAID = ForkCreate.model_fields.keys() - {"version", "source", "licence", "visibility", "parameter_values"}


async def fork(
    session: WriteSession, caller: Caller, shader_id: str, wanted: ForkCreate, limits: LimitSettings
) -> Shader:
    """A shader of the caller's own out of another. Raises the errors of licences.py, static_check.py and quota.py."""
    # The lock keeps the parent's licence from changing between the check and the commit.
    parent = await repository.locked(session, caller, shader_id)
    own = parent.author_id == caller.user_id
    if own:
        inherited, licence = parent.inherited_licence, wanted.licence or parent.licence
        require_compatible(inherited, licence)
    else:
        inherited, licence = parent.licence, licence_of_fork(parent.licence, wanted.licence)
    version = await repository.version(session, parent.id, wanted.version or parent.current_version)
    if version is None or not (own or version.number >= parent.public_from):
        raise NotFoundError(f"The work has no version {wanted.version}")
    checked = as_checked(version) if wanted.source is None else await check(wanted.source, limits.source_bytes)
    values = version.parameter_values if wanted.parameter_values is None else wanted.parameter_values
    said: dict[str, Any] = {"title": UNTITLED_FORK, "tags": list(parent.tags)}
    said |= wanted.model_dump(include=set(_SAID), exclude_none=True)
    fork = Shader(
        **said,
        author_id=caller.user_id,
        licence=licence,
        inherited_licence=inherited,
        dialect=checked.dialect,
        visibility=wanted.visibility,
        still_time=parent.still_time,
        parent_id=parent.id,
        parent_version=version.number,
        root_id=parent.root_id or parent.id,
    )
    await add_shader(session, caller, fork, checked, values, limits)
    return fork


async def forks_of(
    session: ReadSession, caller: Caller | None, shader_id: str, *, cursor: str | None, limit: int
) -> JsonPage:
    """The listed forks of a shader and the caller's own ones, the newest first."""
    await repository.require_visible(session, caller, shader_id)
    conditions = col(Shader.parent_id) == shader_id, listed_or_own(caller)
    return await repository.cards_page(
        session, caller, *conditions, listing=f"forks {shader_id}", cursor=cursor, limit=limit
    )


async def lineage(session: ReadSession, caller: Caller | None, shader_id: str) -> Lineage:
    """The shaders that one came from. Those that the caller may not see are named by their id only."""
    await repository.require_visible(session, caller, shader_id)
    line = await repository.ancestors(session, shader_id)
    cards = await repository.cards_of(session, caller, [shader_id, *(parent_id for parent_id, _ in line)])
    return Lineage(
        ancestors=[_node(parent_id, number, cards.get(parent_id)) for parent_id, number in reversed(line)],
        shader=_node(shader_id, None, cards.get(shader_id)),
    )


def _node(shader_id: str, version: int | None, card: ShaderSummary | None) -> LineageNode:
    if card is None:
        return LineageNode(id=shader_id, version=version, available=False)
    return LineageNode(
        id=shader_id,
        version=version,
        available=True,
        title=card.title,
        author=card.author,
        licence=card.licence,
        still_url=card.still_url,
        pictures=card.pictures,
        average_color=card.average_color,
        forks=card.forks,
    )
