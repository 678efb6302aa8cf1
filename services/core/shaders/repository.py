"""Every query about works and their versions. What the caller may not see is not found, in the query itself.

Reads give rows or models of schemas.py; `locked_own` is the one way to a work that is to be changed: it locks the
row until the transaction ends, so that two edits of one work come one after the other.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Row, Select, and_, literal, or_, select, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.contracts.pages import Page
from services.contracts.shaders import ShaderSummary, Visibility
from services.core.accounts.models import User
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ForbiddenError, NotFoundError
from services.core.kit.pagination import decode_cursor, encode_cursor, parse_id, parse_time
from services.core.shaders.cards import card_from, cards
from services.core.shaders.models import Render, Shader, ShaderVersion
from services.core.shaders.visibility import visible_to

Kind = TypeVar("Kind")

# Deeper family trees are cut off at the nearest of these; the root is still known as `Shader.root_id`.
MAX_ANCESTORS = 100


class NotYoursError(ForbiddenError):
    """The caller may see the work, and is not its author."""

    code = "not_yours"
    title = "Only its author may do this"


async def detail(session: ReadSession, caller: Caller | None, shader_id: str) -> Row[Any]:
    """A card's row with more of the work, its newest `ShaderVersion` and that one's `Render`."""
    newest = and_(
        col(ShaderVersion.shader_id) == col(Shader.id), col(ShaderVersion.number) == col(Shader.current_version)
    )
    statement = (
        cards()
        .join(ShaderVersion, newest)
        .add_columns(
            ShaderVersion,
            Render,
            col(Shader.author_id),
            col(Shader.description),
            col(Shader.still_time),
            col(Shader.updated_at),
            col(Shader.inherited_licence),
            col(Shader.hidden_reason),
        )
        .where(col(Shader.id) == shader_id, visible_to(caller))
        .execution_options(populate_existing=True)
    )
    return _found((await session.execute(statement)).one_or_none())


async def version(session: ReadSession, caller: Caller | None, shader_id: str, number: int | None) -> Row[Any]:
    """`ShaderVersion`, its `Render` (or None) and the work's `author_id`; the newest version if `number` is None."""
    wanted = col(Shader.current_version) if number is None else literal(number)
    statement = _versions(caller, shader_id).where(col(ShaderVersion.number) == wanted)
    row: Row[Any] | None = (await session.execute(statement)).one_or_none()
    return _found(row)


async def versions(
    session: ReadSession, caller: Caller | None, shader_id: str, *, cursor: str | None, limit: int
) -> tuple[list[Row[Any]], str | None]:
    """The versions of a work, the newest first, as rows of `version`; and the next cursor."""
    listing = f"versions {shader_id}"
    statement = _versions(caller, shader_id).order_by(col(ShaderVersion.number).desc()).limit(limit + 1)
    if cursor:
        (before,) = decode_cursor(listing, cursor, int)
        statement = statement.where(col(ShaderVersion.number) < min(before, 2**31 - 1))
    rows = (await session.execute(statement)).all()
    if not rows and not cursor:
        raise NotFoundError
    more = len(rows) > limit
    next_cursor = encode_cursor(listing, rows[limit - 1].ShaderVersion.number) if more else None
    return list(rows[:limit]), next_cursor


async def require_visible(session: ReadSession, caller: Caller | None, shader_id: str) -> Row[Any]:
    """`author_id`, `root_id` and the like of a work that the caller may see; raises `NotFoundError`."""
    statement: Any = select(
        col(Shader.author_id), col(Shader.parent_id), col(Shader.parent_version), col(Shader.current_version)
    ).where(col(Shader.id) == shader_id, visible_to(caller))
    row: Row[Any] | None = (await session.execute(statement)).one_or_none()
    return _found(row)


async def locked(session: WriteSession, caller: Caller, shader_id: str) -> Shader:
    """The work, locked until the transaction ends; raises `NotFoundError`."""
    statement = (
        select(Shader)
        .where(col(Shader.id) == shader_id, visible_to(caller))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return _found((await session.scalars(statement)).one_or_none())


async def locked_for_moderation(session: WriteSession, shader_id: str) -> Shader:
    """A work that is not deleted, whoever may see it, locked until the transaction ends."""
    statement = (
        select(Shader)
        .where(col(Shader.id) == shader_id, col(Shader.deleted_at).is_(None))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return _found((await session.scalars(statement)).one_or_none())


async def locked_own(session: WriteSession, caller: Caller, shader_id: str) -> Shader:
    """As `locked`; raises `NotYoursError` unless the caller is its author."""
    shader = await locked(session, caller, shader_id)
    if shader.author_id != caller.user_id:
        raise NotYoursError
    return shader


async def snapshot(session: ReadSession, shader_id: str, number: int) -> ShaderVersion | None:
    """A version by its key; for those who hold the work already."""
    return await session.get(ShaderVersion, (shader_id, number))


async def forks(
    session: ReadSession, caller: Caller | None, shader_id: str, *, cursor: str | None, limit: int
) -> Page[ShaderSummary]:
    """The listed forks of a work and the caller's own ones, the newest first."""
    await require_visible(session, caller, shader_id)
    statement = cards().where(col(Shader.parent_id) == shader_id, _listed_or_own(caller))
    return await _page(session, f"forks {shader_id}", statement, cursor=cursor, limit=limit)


async def works_of(
    session: ReadSession,
    caller: Caller | None,
    handle: str,
    *,
    visibility: Visibility | None,
    cursor: str | None,
    limit: int,
) -> Page[ShaderSummary]:
    """A user's works, the newest first: the listed ones, and to the user all that are not deleted."""
    author = await session.scalar(
        select(col(User.id)).where(col(User.handle) == handle, col(User.deleted_at).is_(None))
    )
    if author is None:
        raise NotFoundError("There is no user with this handle")
    statement = cards().where(col(Shader.author_id) == author, _listed_or_own(caller))
    if visibility is not None:
        statement = statement.where(col(Shader.visibility) == visibility)
    return await _page(session, f"works {author} {visibility}", statement, cursor=cursor, limit=limit)


async def ancestors(session: ReadSession, shader_id: str) -> list[tuple[str, int]]:
    """The (id, version) that the work was forked from, then what that was forked from, and so on."""
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


async def cards_of(session: ReadSession, caller: Caller | None, ids: Sequence[str]) -> dict[str, ShaderSummary]:
    """The cards of those of `ids` that the caller may see."""
    rows = await session.execute(cards().where(col(Shader.id).in_(ids), visible_to(caller)))
    return {row.id: card_from(row) for row in rows}


def _versions(caller: Caller | None, shader_id: str) -> Any:
    return (
        select(ShaderVersion, Render, col(Shader.author_id))
        .join(Shader, col(Shader.id) == col(ShaderVersion.shader_id))
        .outerjoin(
            Render,
            and_(
                col(Render.shader_id) == col(ShaderVersion.shader_id), col(Render.version) == col(ShaderVersion.number)
            ),
        )
        .where(col(ShaderVersion.shader_id) == shader_id, visible_to(caller))
        .execution_options(populate_existing=True)
    )


def _listed_or_own(caller: Caller | None) -> Any:
    listed = col(Shader.listed)
    if caller is None:
        return listed
    return or_(listed, and_(col(Shader.author_id) == caller.user_id, col(Shader.deleted_at).is_(None)))


async def _page(
    session: ReadSession, listing: str, statement: Select[Any], *, cursor: str | None, limit: int
) -> Page[ShaderSummary]:
    """A page by the time of creation, the newest first."""
    place = tuple_(col(Shader.created_at), col(Shader.id))
    if cursor:
        created_at, last_id = decode_cursor(listing, cursor, str, str)
        statement = statement.where(place < tuple_(literal(parse_time(created_at)), literal(parse_id(last_id))))
    ordered = statement.order_by(col(Shader.created_at).desc(), col(Shader.id).desc()).limit(limit + 1)
    rows = (await session.execute(ordered)).all()
    items = [card_from(row) for row in rows[:limit]]
    more = len(rows) > limit
    next_cursor = encode_cursor(listing, items[-1].created_at.isoformat(), items[-1].id) if more else None
    return Page(items=items, next_cursor=next_cursor)


def _found(found: Kind | None) -> Kind:
    if found is None:
        raise NotFoundError
    return found
