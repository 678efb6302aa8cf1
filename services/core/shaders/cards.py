"""Cards: the query behind every list of works, and what it gives.

    rows = await session.execute(cards().where(col(Shader.listed)).order_by(...).limit(24))
    summaries = [card_from(row) for row in rows]

A list adds its own conditions, order and sort keys (`add_columns`); `card_from` reads columns by name.
"""

from typing import Any

from sqlalchemy import Row, Select, and_, select
from sqlmodel import col

from services.contracts.shaders import Author, RenderStatus, ShaderSummary, VersionRef
from services.core.accounts.models import User
from services.core.shaders.models import Render, Shader

_OWN = (
    "id",
    "title",
    "tags",
    "licence",
    "ai_label",
    "dialect",
    "visibility",
    "current_version",
    "score",
    "up",
    "down",
    "forks",
    "parent_id",
    "parent_version",
    "created_at",
    "published_at",
    "still_name",
    "preview_name",
    "average_color",
    "animated",
)


def cards() -> Select[Any]:
    """All works with their author and the state of their newest version's render; no row is left out."""
    return (
        select(
            *(getattr(Shader, name) for name in _OWN),
            col(User.handle),
            col(User.display_name),
            col(Render.status).label("render_status"),
        )
        .join(User, col(User.id) == col(Shader.author_id))
        .outerjoin(
            Render,
            and_(col(Render.shader_id) == col(Shader.id), col(Render.version) == col(Shader.current_version)),
        )
    )


def card_from(row: Row[Any]) -> ShaderSummary:
    """The card of one row of `cards()`."""
    return ShaderSummary.model_validate(card_fields(row))


def card_fields(row: Row[Any]) -> dict[str, Any]:
    """The members of a card, for models that hold more."""
    parent = VersionRef(id=row.parent_id, version=row.parent_version) if row.parent_id else None
    return {
        **{name: getattr(row, name) for name in _OWN},
        "author": Author(handle=row.handle, display_name=row.display_name),
        "version": row.current_version,
        "parent": parent,
        "still_url": picture_url(row.still_name),
        "preview_url": picture_url(row.preview_name),
        "render_status": row.render_status or RenderStatus.PENDING,
    }


def picture_url(name: str | None) -> str | None:
    """Where the site serves the stored object `name`."""
    return f"/renders/{name}" if name else None
