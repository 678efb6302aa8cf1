"""Every query about shaders and their versions. What the caller may not see is not found, in the query itself.

Answers are JSON texts (views.py). `locked_own` is the one way to a shader that is to be changed: it locks the row
until the transaction ends, so that two edits of one shader come one after the other.
"""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, and_, func, literal, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.contracts.shaders import ShaderSummary
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission, Role
from services.core.identity.picture_links import PictureGrant
from services.core.kit.database import Database, ReadSession, WriteSession
from services.core.kit.errors import ForbiddenError, NotFoundError
from services.core.kit.pagination import JsonPage, keyset_page
from services.core.kit.statements import Prepared, placeholder
from services.core.shaders import views
from services.core.shaders.models import Render, Shader, ShaderVersion
from services.core.shaders.visibility import PUBLISHED, version_visible_to, visible_to

T = TypeVar("T")

# Deeper family trees are cut off at the nearest of these; the root is still known as `Shader.root_id`.
MAX_ANCESTORS = 100


class NotYoursError(ForbiddenError):
    """The caller may see the shader, and is not its author."""

    code = "not_yours"
    title = "Only its author may do this"


async def shader_json(database: Database, caller: Caller | None, shader_id: str) -> str:
    """A `ShaderPublic`, past SQLAlchemy's layers: each page of a shader and each agent that reads one asks for it."""
    inspects = caller is not None and caller.may(Permission.INSPECT_SHADERS)
    grant = caller.pictures if caller is not None else None
    statement = _shader_statement(known=caller is not None, inspects=inspects, linked=grant is not None)
    values = statement.values(
        shader_id=shader_id,
        caller_id=caller.user_id if caller is not None else None,
        picture_query=grant.query if grant is not None else None,
        picture_key=grant.key if grant is not None else None,
    )
    rows = await database.rows(statement.sql, *values, keep_plan=True)
    return str(_found(next(iter(rows[0].values())) if rows else None))


async def shader_json_within(session: ReadSession, caller: Caller | None, shader_id: str) -> str:
    """The same in a transaction, with what that has written."""
    return await _one(session, views.shaders(caller).where(col(Shader.id) == shader_id, visible_to(caller)))


async def version_json(session: ReadSession, caller: Caller | None, shader_id: str, number: int | None) -> str:
    """A `VersionPublic`; the newest if `number` is None."""
    return await _one(session, views.versions(caller).where(_wanted(caller, shader_id, number)))


async def render_json(session: ReadSession, caller: Caller | None, shader_id: str, number: int | None) -> str:
    """The `RenderPublic` of a version; of the newest if `number` is None."""
    return await _one(session, views.renders(caller).where(_wanted(caller, shader_id, number)))


async def visible_version(
    session: ReadSession, caller: Caller | None, shader_id: str, number: int | None
) -> ShaderVersion:
    """A version that the caller may see; the newest if `number` is None."""
    statement = select(ShaderVersion).join(Shader, col(Shader.id) == col(ShaderVersion.shader_id))
    return await _one(session, statement.where(_wanted(caller, shader_id, number)))


async def still_name(
    session: ReadSession, caller: Caller | None, shader_id: str, number: int | None, width: int | None
) -> str | None:
    """The stored object that is the still of a version, or of the newest; None before there is one."""
    statement = views.of_versions(views.still_name(Render, width)).where(_wanted(caller, shader_id, number))
    row = _found((await session.execute(statement)).one_or_none())
    name: str | None = row[0]
    return name


async def versions_page(
    session: ReadSession, caller: Caller | None, shader_id: str, *, cursor: str | None, limit: int
) -> JsonPage:
    """`VersionSummary` of the versions of a shader, the newest first."""
    seen = version_visible_to(caller, col(ShaderVersion.number))
    statement = views.version_summaries(caller).where(col(Shader.id) == shader_id, seen)
    rows, next_cursor = await keyset_page(
        session, statement, col(ShaderVersion.number), listing=f"versions {shader_id}", cursor=cursor, limit=limit
    )
    return JsonPage([row.summary for row in rows], next_cursor)


async def cards_page(
    session: ReadSession,
    caller: Caller | None,
    *conditions: ColumnElement[bool],
    listing: str,
    cursor: str | None,
    limit: int,
) -> JsonPage:
    """The cards of the shaders of which `conditions` are true, the newest first."""
    keys = col(Shader.created_at), col(Shader.id)
    statement = views.cards(caller=caller).where(*conditions)
    rows, next_cursor = await keyset_page(session, statement, *keys, listing=listing, cursor=cursor, limit=limit)
    return JsonPage([row.card for row in rows], next_cursor)


async def cards_of(session: ReadSession, caller: Caller | None, ids: Sequence[str]) -> dict[str, ShaderSummary]:
    """The cards of those of `ids` that the caller may see."""
    rows = await session.scalars(views.cards(caller=caller).where(col(Shader.id).in_(ids), visible_to(caller)))
    cards = [ShaderSummary.model_validate_json(card) for card in rows]
    return {card.id: card for card in cards}


async def require_visible(session: ReadSession, caller: Caller | None, shader_id: str) -> UUID:
    """The author of a shader that the caller may see; raises `NotFoundError`."""
    return await _one(session, select(col(Shader.author_id)).where(col(Shader.id) == shader_id, visible_to(caller)))


async def totals(session: ReadSession, user_id: UUID) -> tuple[int, int]:
    """How many listed shaders the user has, and the sum of their scores."""
    statement = select(func.count(), func.coalesce(func.sum(col(Shader.score)), 0)).where(
        col(Shader.author_id) == user_id, col(Shader.listed)
    )
    row = (await session.execute(statement)).one()
    return int(row[0]), int(row[1])


async def locked(session: WriteSession, caller: Caller, shader_id: str) -> Shader:
    """The shader, locked until the transaction ends; raises `NotFoundError`."""
    return await _locked(session, col(Shader.id) == shader_id, visible_to(caller))


async def locked_for_moderation(session: WriteSession, shader_id: str) -> Shader:
    """A shader that others have seen once, whoever may see it now, or that awaits review; not deleted. As `locked`.

    A draft is nobody's to decide about: moderators do not see it.
    """
    asked = and_(col(Shader.review_asked_at).is_not(None), col(Shader.visibility).in_(PUBLISHED))
    seen_once = or_(col(Shader.published_at).is_not(None), asked)
    return await _locked(session, col(Shader.id) == shader_id, seen_once, col(Shader.deleted_at).is_(None))


async def locked_own(session: WriteSession, caller: Caller, shader_id: str) -> Shader:
    """As `locked`; raises `NotYoursError` unless the caller is its author."""
    shader = await locked(session, caller, shader_id)
    if shader.author_id != caller.user_id:
        raise NotYoursError
    return shader


async def version(session: ReadSession, shader_id: str, number: int) -> ShaderVersion | None:
    """A version by its key; for those who hold the shader already."""
    return await session.get(ShaderVersion, (shader_id, number))


async def ancestors(session: ReadSession, shader_id: str) -> list[tuple[str, int]]:
    """The (id, version) that the shader was forked from, then what that was forked from, and so on."""
    child = aliased(Shader)
    line = (
        select(
            col(Shader.parent_id).label("id"), col(Shader.parent_version).label("version"), literal(1).label("depth")
        )
        .where(col(Shader.id) == shader_id)
        .cte("line", recursive=True)
    )
    line = line.union_all(
        select(col(child.parent_id), col(child.parent_version), line.c.depth + 1)
        .join(line, col(child.id) == line.c.id)
        .where(line.c.depth < MAX_ANCESTORS)
    )
    rows = await session.execute(select(line.c.id, line.c.version).where(line.c.id.is_not(None)).order_by(line.c.depth))
    return [(row.id, row.version) for row in rows]


@cache
def _shader_statement(*, known: bool, inspects: bool, linked: bool) -> Prepared:
    """The statement for one kind of caller, whose id comes with each call, as does what links are made of."""
    role = Role.MODERATOR if inspects else Role.USER
    grant = PictureGrant(*(cast("str", placeholder(name, String)) for name in ("picture_query", "picture_key")))
    user_id = cast("UUID", placeholder("caller_id"))
    caller = Caller(user_id, "", role, pictures=grant if linked else None) if known else None
    return Prepared.of(views.shaders(caller).where(col(Shader.id) == placeholder("shader_id"), visible_to(caller)))


def _wanted(caller: Caller | None, shader_id: str, number: int | None) -> ColumnElement[bool]:
    """The version `number`, or the newest, of a shader, where the caller may see it."""
    wanted = col(Shader.current_version) if number is None else literal(number)
    seen = version_visible_to(caller, col(ShaderVersion.number))
    return (col(Shader.id) == shader_id) & (col(ShaderVersion.number) == wanted) & seen


async def _one(session: ReadSession, statement: Select[T]) -> T:
    return _found((await session.scalars(statement)).one_or_none())


async def _locked(session: WriteSession, *conditions: ColumnElement[bool]) -> Shader:
    statement = select(Shader).where(*conditions).with_for_update(key_share=True)
    return await _one(session, statement.execution_options(populate_existing=True))


def _found(found: T | None) -> T:
    if found is None:
        raise NotFoundError
    return found
