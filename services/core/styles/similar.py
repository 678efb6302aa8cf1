"""The works that are like one: the nearest by the cosine of their style vectors, of the embedder that serves.

Only listed works are shown, whatever vectors there are. Of the work's own family (what it was forked from, and all
that was forked from the same) at most `OWN_FAMILY` are: the page shows the lineage beside it. Of another family one
is, so that near-copies do not fill the row.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import and_, case, func, select, true
from sqlmodel import col

from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission, Role
from services.core.kit.database import Database
from services.core.kit.errors import NotFoundError
from services.core.kit.pagination import JsonPage
from services.core.kit.statements import Prepared, placeholder
from services.core.shaders.models import Shader
from services.core.shaders.views import cards
from services.core.shaders.visibility import visible_to
from services.core.styles.models import StyleVector
from services.core.styles.repository import serving

OWN_FAMILY = 2
MOST = 24
# So many near works are looked at, of which families leave fewer.
_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class Similar:
    """The cards of the works that are like one, the nearest first; `public` where everybody may know of that one."""

    cards: list[str]
    public: bool

    @property
    def page(self) -> JsonPage:
        """The cards as a list that ends."""
        return JsonPage(self.cards, None)


async def similar(database: Database, caller: Caller | None, shader_id: str, *, limit: int) -> Similar:
    """At most `limit` works like this one; none while it has no vector. Raises `NotFoundError`."""
    inspects = caller is not None and caller.may(Permission.INSPECT_SHADERS)
    statement = _statement(known=caller is not None, inspects=inspects)
    caller_id = caller.user_id if caller is not None else None
    rows = await database.rows(
        statement.sql, *statement.values(shader_id=shader_id, caller_id=caller_id, most=limit), keep_plan=True
    )
    if not rows:
        raise NotFoundError
    return Similar([row["card"] for row in rows if row["card"] is not None], bool(rows[0]["public"]))


@cache
def _statement(*, known: bool, inspects: bool) -> Prepared:
    """The statement for one kind of caller. A row without a card says that there is the work, and nothing like it."""
    role = Role.MODERATOR if inspects else Role.USER
    caller = Caller(cast("UUID", placeholder("caller_id")), "", role) if known else None
    mine = and_(col(StyleVector.shader_id) == col(Shader.id), col(StyleVector.embedder_id) == serving())
    base = (
        select(
            col(Shader.id),
            func.coalesce(col(Shader.root_id), col(Shader.id)).label("root"),
            visible_to(None).label("public"),
            col(StyleVector.vector),
        )
        .outerjoin(StyleVector, mine)
        .where(col(Shader.id) == placeholder("shader_id"), visible_to(caller))
        .cte("base")
    )
    chosen = _chosen(base)
    shown = cards(chosen.c.distance.label("distance")).join(chosen, chosen.c.id == col(Shader.id)).subquery("shown")
    return Prepared.of(
        select(base.c.public, shown.c.card).outerjoin(shown, true()).select_from(base).order_by(shown.c.distance)
    )


def _chosen(base: Any) -> Any:
    """`id` and `distance` of the works to be shown."""
    distance = col(StyleVector.vector).cosine_distance(select(base.c.vector).scalar_subquery())  # type: ignore[attr-defined]
    near = (
        select(
            col(Shader.id),
            func.coalesce(col(Shader.root_id), col(Shader.id)).label("root"),
            distance.label("distance"),
        )
        .select_from(StyleVector)
        .join(Shader, col(Shader.id) == col(StyleVector.shader_id))
        .where(
            col(StyleVector.embedder_id) == serving(),
            col(Shader.listed),
            col(Shader.id) != select(base.c.id).scalar_subquery(),
            select(base.c.vector.is_not(None)).scalar_subquery(),
        )
        .order_by(distance)
        .limit(_LOOKED_AT)
        .cte("near")
        .prefix_with("MATERIALIZED")
    )
    place = func.row_number().over(partition_by=near.c.root, order_by=near.c.distance)
    placed = select(near, place.label("place")).subquery("placed")
    most = case((placed.c.root == select(base.c.root).scalar_subquery(), OWN_FAMILY), else_=1)
    return (
        select(placed.c.id, placed.c.distance)
        .where(placed.c.place <= most)
        .order_by(placed.c.distance)
        .limit(placeholder("most"))
        .subquery("chosen")
    )
