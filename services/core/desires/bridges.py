"""Pairs of clusters that look like one wish, for moderators: they merge two, or say that they are different.

A cluster is near another by the mean similarity of their members, which is the inner product of the two means; from
`suggest_at` on it is worth a look. Each pair stands once, at the cluster that more want. Pairs that a moderator has set
apart, and clusters that nobody wants any more, are left out. Nothing is merged by itself.

The list is made when it is asked for: the nearest of each cluster by the index on means, a batch of clusters at a time
and so many at most for a page. A page may thus be short, or empty, and still have a next one.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, exists, func, select, true, tuple_
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.contracts.desires import Bridge
from services.contracts.pages import Page
from services.core.desires import similar
from services.core.desires.matching import Matcher
from services.core.desires.models import Apart, Cluster, ClusterVector
from services.core.kit.database import ReadSession
from services.core.kit.pagination import encode_cursor, keyset_page

# The cluster itself, and those that more want, are among the nearest.
_NEAREST = 12
_BATCH, _MOST = 100, 1_000
_LISTING = "desire bridges"


async def page(session: ReadSession, matcher: Matcher, *, cursor: str | None, limit: int) -> Page[Bridge]:
    """At most `limit` clusters with those that may be the same wish, the most wanted first."""
    items: list[Bridge] = []
    for _ in range(_MOST // _BATCH):
        statement: Any = select(col(Cluster.id), col(Cluster.hot)).where(col(Cluster.people) > 0)
        keys = col(Cluster.hot), col(Cluster.id)
        rows, following = await keyset_page(session, statement, *keys, listing=_LISTING, cursor=cursor, limit=_BATCH)
        near = await _near(session, matcher, [row.id for row in rows])
        for row in rows:
            if len(items) == limit:
                return Page(items=items, next_cursor=cursor)
            items += await _bridges(session, matcher, row.id, near.get(row.id, {}))
            cursor = encode_cursor(_LISTING, row.hot, row.id)
        cursor = following
        if cursor is None or len(items) == limit:
            break
    return Page(items=items, next_cursor=cursor)


async def _near(session: ReadSession, matcher: Matcher, cluster_ids: Sequence[str]) -> dict[str, dict[str, float]]:
    """For each cluster the scores of those near it, the nearest first."""
    mine, theirs, other = aliased(ClusterVector), aliased(ClusterVector), aliased(Cluster)
    distance = col(theirs.mean).max_inner_product(mine.mean)  # type: ignore[attr-defined]  # pgvector's
    nearest = (
        select(col(theirs.cluster_id).label("id"), distance.label("distance"))
        .where(col(theirs.embedder_id) == matcher.embedder.id)
        .order_by(distance)
        .limit(_NEAREST)
        .correlate(mine)
        .lateral()
    )
    statement = (
        select(col(Cluster.id), col(other.id).label("other_id"), nearest.c.distance)
        .join(mine, and_(col(mine.cluster_id) == col(Cluster.id), col(mine.embedder_id) == matcher.embedder.id))
        .join(nearest, true())
        .join(other, col(other.id) == nearest.c.id)
        .where(
            col(Cluster.id).in_(cluster_ids),
            col(other.people) > 0,
            tuple_(col(other.hot), col(other.id)) < tuple_(col(Cluster.hot), col(Cluster.id)),
            nearest.c.distance <= -matcher.embedder.suggest_at,
            ~_are_apart(other),
        )
        .order_by(nearest.c.distance, col(other.id))
    )
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for row in await session.execute(statement):
        found[row.id][row.other_id] = -float(row.distance)
    return found


def _are_apart(other: Any) -> Any:
    low, high = func.least(col(Cluster.id), col(other.id)), func.greatest(col(Cluster.id), col(other.id))
    return exists().where(col(Apart.low_id) == low, col(Apart.high_id) == high)


async def _bridges(session: ReadSession, matcher: Matcher, cluster_id: str, near: dict[str, float]) -> list[Bridge]:
    """One, or none where no wording of the cluster, or of all those near it, is seen."""
    first = (await similar.first_wordings(session, [cluster_id])).get(cluster_id) if near else None
    if first is None:
        return []
    cluster, desire = first
    cards = await similar.cards(session, matcher, desire.prompt, near, most=_NEAREST)
    found = Bridge(
        cluster=cluster_id,
        desire=desire.id,
        prompt=desire.prompt,
        people=cluster.people,
        wordings=cluster.wordings,
        near=cards,
    )
    return [found] if cards else []
