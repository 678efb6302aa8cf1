"""Every query about style vectors, but for the row of similar works (similar.py)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from pgvector import HalfVector
from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Row,
    ScalarSelect,
    String,
    all_,
    and_,
    bindparam,
    cast,
    delete,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import col

from services.core.kit.database import ReadSession, WriteSession
from services.core.shaders.models import Shader, ShaderVersion
from services.core.shaders.visibility import PUBLISHED
from services.core.styles.code import Floats
from services.core.styles.models import DIM, StyleEmbedderState, StyleVector

_BETWEEN = "\x1f"


def wanted() -> Any:
    """What the vector of each work is to be made of: works that were opened to others and have a picture.

    `id`, `version`, `source`, `title`, `tags`, `still_name`, `preview_name`, and `basis`, which stands for all of them.
    """
    shown = and_(
        col(ShaderVersion.shader_id) == col(Shader.id), col(ShaderVersion.number) == col(Shader.rendered_version)
    )
    return (
        select(
            col(Shader.id),
            col(ShaderVersion.number).label("version"),
            col(ShaderVersion.source),
            col(Shader.title),
            col(Shader.tags),
            col(Shader.still_name),
            col(Shader.preview_name),
            _basis().label("basis"),
        )
        .join(ShaderVersion, shown)
        .where(
            col(Shader.deleted_at).is_(None),
            col(Shader.review_asked_at).is_(None),
            col(Shader.visibility).in_(PUBLISHED),
        )
    )


async def inputs(session: ReadSession, shader_id: str, embedder_id: str) -> Row[Any] | None:
    """What `wanted` says of a work whose vector is missing or out of date; None where there is nothing to do."""
    found: Row[Any] | None = (
        await session.execute(_stale(embedder_id).where(col(Shader.id) == shader_id))
    ).one_or_none()
    return found


async def stale(session: ReadSession, embedder_id: str, *, limit: int) -> Sequence[Row[Any]]:
    """The same of any works."""
    rows: Sequence[Row[Any]] = (await session.execute(_stale(embedder_id).limit(limit))).all()
    return rows


async def any_stale(session: ReadSession, embedder_id: str) -> bool:
    """Whether a work's vector is missing or out of date."""
    return bool(await session.scalar(select(_stale(embedder_id).exists())))


async def put(session: WriteSession, embedder_id: str, made_of: Row[Any], vector: Floats) -> bool:
    """Write a work's vector, unless the work is another by now or no longer to be shown; whether it was written."""
    row = wanted().where(col(Shader.id) == made_of.id, _basis() == made_of.basis).subquery("row")
    vectors = select(
        row.c.id,
        literal(embedder_id),
        row.c.version,
        row.c.basis,
        cast(literal(HalfVector(vector).to_text(), String), HALFVEC(DIM)),
        func.now(),
    )
    names = ["shader_id", "embedder_id", "version", "basis", "vector", "made_at"]
    statement = upsert(StyleVector).from_select(names, vectors)
    written = statement.on_conflict_do_update(
        index_elements=["shader_id", "embedder_id"],
        set_={name: statement.excluded[name] for name in names[2:]},
    ).returning(col(StyleVector.shader_id))
    return await session.scalar(written) is not None


async def forget_works_of(session: WriteSession, user_id: UUID) -> None:
    """Delete the vectors of a user's works."""
    mine = select(col(Shader.id)).where(col(Shader.author_id) == user_id)
    await session.execute(delete(StyleVector).where(col(StyleVector.shader_id).in_(mine)))


async def forget_deleted(session: WriteSession) -> None:
    """Delete the vectors of works that were deleted."""
    gone = select(col(Shader.id)).where(col(Shader.deleted_at).is_not(None))
    await session.execute(delete(StyleVector).where(col(StyleVector.shader_id).in_(gone)))


async def forget_retired(session: WriteSession, embedder_id: str, *, most: int) -> int:
    """Delete vectors of embedders that began before this one, which serves; how many. One without any goes, too."""
    mine = select(col(StyleEmbedderState.begun_at)).where(col(StyleEmbedderState.id) == embedder_id)
    retired = select(col(StyleEmbedderState.id)).where(col(StyleEmbedderState.begun_at) < mine.scalar_subquery())
    some = (
        select(col(StyleVector.shader_id), col(StyleVector.embedder_id))
        .where(col(StyleVector.embedder_id).in_(retired))
        .limit(most)
        .subquery("some")
    )
    key = tuple_(col(StyleVector.shader_id), col(StyleVector.embedder_id))
    deleted = await session.execute(delete(StyleVector).where(key.in_(select(some))).returning(literal(1)))
    left = select(1).where(col(StyleVector.embedder_id) == col(StyleEmbedderState.id)).exists()
    gone = delete(StyleEmbedderState).where(col(StyleEmbedderState.id).in_(retired), ~left)
    await session.execute(gone.execution_options(synchronize_session=False))
    return len(deleted.all())


async def note_embedder(session: WriteSession, embedder_id: str, *, complete: bool = False) -> None:
    """Remember that this embedder makes vectors, and that it has made all that are wanted."""
    statement = upsert(StyleEmbedderState).values(id=embedder_id, begun_at=func.now())
    await session.execute(statement.on_conflict_do_nothing())
    if complete:
        await session.execute(
            update(StyleEmbedderState)
            .where(col(StyleEmbedderState.id) == embedder_id)
            .values(complete_at=func.now())
            .execution_options(synchronize_session=False)
        )


def serving() -> ScalarSelect[str]:
    """The id of the embedder whose vectors are compared; no row before the first vector."""
    order = col(StyleEmbedderState.complete_at).desc().nulls_last(), col(StyleEmbedderState.begun_at)
    return select(col(StyleEmbedderState.id)).order_by(*order).limit(1).scalar_subquery()


async def hold_catching_up(session: WriteSession) -> bool:
    """Be the only one that catches up until the transaction ends; False where somebody else is."""
    lock = text("SELECT pg_try_advisory_xact_lock(hashtextextended('styles.catch_up', 0))")
    return bool(await session.scalar(lock))


def _stale(embedder_id: str) -> Any:
    mine = and_(col(StyleVector.shader_id) == col(Shader.id), col(StyleVector.embedder_id) == embedder_id)
    return (
        wanted()
        .outerjoin(StyleVector, mine)
        .where(or_(col(StyleVector.basis).is_(None), col(StyleVector.basis) != _basis()))
    )


def _basis() -> ColumnElement[str]:
    return func.md5(
        func.concat_ws(
            literal(_BETWEEN, String),
            col(ShaderVersion.source_sha256),
            col(Shader.title),
            func.array_to_string(col(Shader.tags), literal(" ", String)),
            col(Shader.still_name),
            col(Shader.preview_name),
        )
    )


async def vectors_of(session: ReadSession, embedder_id: str, shader_ids: Sequence[str]) -> dict[str, Floats]:
    """The vectors of these works by one embedder; works without one are left out."""
    statement = select(col(StyleVector.shader_id), col(StyleVector.vector)).where(
        col(StyleVector.embedder_id) == embedder_id, col(StyleVector.shader_id).in_(shader_ids)
    )
    return {row[0]: np.array(row[1], np.float32) for row in await session.execute(statement)}


async def nearest(
    session: ReadSession,
    embedder_id: str,
    vector: Floats,
    *,
    most: int,
    without: Sequence[str],
    not_by: UUID,
) -> list[str]:
    """The listed works nearest to this vector of the embedder, `without` some and none by that author, by the index."""
    statement = (
        select(col(StyleVector.shader_id))
        .join(Shader, col(Shader.id) == col(StyleVector.shader_id))
        .where(
            col(StyleVector.embedder_id) == embedder_id,
            col(Shader.listed),
            col(Shader.author_id) != not_by,
            col(Shader.id) != all_(bindparam("without", list(without), ARRAY(String))),
        )
        .order_by(col(StyleVector.vector).cosine_distance(vector))  # type: ignore[attr-defined]
        .limit(most)
    )
    return list(await session.scalars(statement))


async def serving_id(session: ReadSession) -> str | None:
    """The id of the embedder that serves; None before the first vector."""
    return await session.scalar(select(serving()))
