"""Clusters near a text: for the worker that groups, and for people who are asked whether it is the same wish.

The nearest are found by the index on means (pgvector, HNSW) among those of one embedder; a text is as near to a
cluster as the mean of its similarities to the members. What people are shown comes of one more query.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col

from services.contracts.desires import BestFulfilment, FulfilmentState, SimilarCluster, Span
from services.core.accounts.models import User
from services.core.desires import repository
from services.core.desires.matching import Matcher, Vector
from services.core.desires.models import Cluster, ClusterVector, Desire, DesireVector, Ended, Fulfilment, Membership
from services.core.desires.visibility import shown
from services.core.kit.database import ReadSession
from services.core.shaders.models import Shader
from services.core.shaders.views import still_name

CARDS = 3
# More than are shown, because some have nothing to show.
_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class Near:
    """A cluster, and how near it is: -1 to 1."""

    cluster_id: str
    score: float


async def nearest(session: ReadSession, matcher: Matcher, vector: Vector, *, least: float) -> list[Near]:
    """The nearest clusters that are at least so near, the nearest first."""
    distance = col(ClusterVector.mean).max_inner_product(vector)  # type: ignore[attr-defined]  # pgvector's
    statement = (
        select(col(ClusterVector.cluster_id), distance)
        .where(col(ClusterVector.embedder_id) == matcher.embedder.id)
        .order_by(distance)
        .limit(_CANDIDATES)
    )
    found = [Near(row[0], -float(row[1])) for row in await session.execute(statement)]
    # The scan of the index goes on where the filter leaves too few, and then gives them in almost this order.
    return sorted((each for each in found if each.score >= least), key=lambda each: -each.score)


async def score_of(session: ReadSession, matcher: Matcher, vector: Any, cluster_id: str) -> float | None:
    """How near the text is to this cluster; None where that has no vector of this embedder."""
    distance = col(ClusterVector.mean).max_inner_product(vector)  # type: ignore[attr-defined]
    statement = select(distance).where(
        col(ClusterVector.cluster_id) == cluster_id, col(ClusterVector.embedder_id) == matcher.embedder.id
    )
    found = await session.scalar(statement)
    return None if found is None else -float(found)


async def nearest_member(session: ReadSession, matcher: Matcher, vector: Vector, cluster_id: str) -> str | None:
    """The text of the member that is nearest."""
    statement = (
        select(col(Desire.prompt))
        .join(User, col(User.id) == col(Desire.author_id))
        .join(Membership, col(Membership.desire_id) == col(Desire.id))
        .join(DesireVector, col(DesireVector.desire_id) == col(Desire.id))
        .where(
            col(Membership.cluster_id) == cluster_id,
            col(Membership.until).is_(None),
            col(DesireVector.embedder_id) == matcher.embedder.id,
            shown(),
        )
        .order_by(col(DesireVector.vector).max_inner_product(vector))  # type: ignore[attr-defined]
        .limit(1)
    )
    found: str | None = await session.scalar(statement)
    return found


async def left_by(session: ReadSession, desire_id: str) -> set[str]:
    """The clusters to which somebody said that the desire does not belong."""
    statement = select(col(Membership.cluster_id)).where(
        col(Membership.desire_id) == desire_id, col(Membership.ended).in_([Ended.LEFT, Ended.SPLIT, Ended.UNDONE])
    )
    return set(await session.scalars(statement))


async def suggestions(
    session: ReadSession, matcher: Matcher, prompt: str, vector: Vector, *, without: Collection[str] = ()
) -> list[SimilarCluster]:
    """Up to `CARDS` clusters to ask people about, the nearest first."""
    found = await nearest(session, matcher, vector, least=matcher.embedder.suggest_at)
    near = {each.cluster_id: each.score for each in found if each.cluster_id not in without}
    return await cards(session, matcher, prompt, near, most=CARDS)


async def cards(
    session: ReadSession, matcher: Matcher, prompt: str, near: Mapping[str, float], *, most: int
) -> list[SimilarCluster]:
    """The first clusters of `near` (scores by their ids) of which a wording is seen, beside the text."""
    first = await first_wordings(session, near)
    kept = [cluster_id for cluster_id in near if cluster_id in first][:most]
    best = await best_of(session, kept)
    spans = await matcher.spans(prompt, [first[each][1].prompt for each in kept])
    return [_card(*first[each], near[each], best.get(each), *parts) for each, parts in zip(kept, spans, strict=True)]


async def first_wordings(session: ReadSession, cluster_ids: Iterable[str]) -> dict[str, tuple[Cluster, Desire]]:
    """The oldest desire of each cluster that everybody sees, by the cluster's id."""
    statement = (
        select(Cluster, Desire)
        .join(Membership, col(Membership.cluster_id) == col(Cluster.id))
        .join(Desire, col(Desire.id) == col(Membership.desire_id))
        .join(User, col(User.id) == col(Desire.author_id))
        .where(col(Cluster.id).in_(list(cluster_ids)), col(Membership.until).is_(None), shown())
        .ext(distinct_on(col(Cluster.id)))
        .order_by(col(Cluster.id), col(Desire.created_at), col(Desire.id))
        .execution_options(populate_existing=True)
    )
    return {row[0].id: (row[0], row[1]) for row in await session.execute(statement)}


async def best_of(session: ReadSession, cluster_ids: Iterable[str]) -> dict[str, BestFulfilment]:
    """The fulfilment to show for each cluster: the accepted one, else the one with the most votes."""
    ids = list(cluster_ids)
    if not ids:
        return {}
    accepted = col(Fulfilment.state) == FulfilmentState.ACCEPTED
    # Not their cards: to build that statement takes as long as all the rest.
    statement = (
        select(col(Membership.cluster_id), col(Shader.id), col(Shader.title), still_name(Shader).label("still"))
        .join(Fulfilment, col(Fulfilment.shader_id) == col(Shader.id))
        .join(Membership, col(Membership.desire_id) == col(Fulfilment.desire_id))
        .join(Desire, col(Desire.id) == col(Fulfilment.desire_id))
        .join(User, col(User.id) == col(Desire.author_id))
        .where(
            col(Membership.cluster_id).in_(ids),
            col(Membership.until).is_(None),
            shown(),
            col(Fulfilment.state).in_([FulfilmentState.SUBMITTED, FulfilmentState.ACCEPTED]),
            col(Shader.listed),
        )
        .ext(distinct_on(col(Membership.cluster_id)))
        .order_by(col(Membership.cluster_id), accepted.desc(), col(Shader.weighted_score).desc(), col(Shader.id))
    )
    return {
        row.cluster_id: BestFulfilment(
            shader_id=row.id, title=row.title, still_url=None if row.still is None else f"/renders/{row.still}"
        )
        for row in await session.execute(statement)
    }


def _card(
    cluster: Cluster,
    desire: Desire,
    score: float,
    best: BestFulfilment | None,
    mine: list[Span],
    theirs: list[Span],
) -> SimilarCluster:
    return SimilarCluster(
        cluster=cluster.id,
        desire=desire.id,
        prompt=desire.prompt,
        people=cluster.people,
        wordings=cluster.wordings,
        score=round(score, 4),
        mine=mine,
        theirs=theirs,
        best=best,
    )


async def like_desire(session: ReadSession, matcher: Matcher, desire: Desire) -> list[SimilarCluster]:
    """Up to `CARDS` clusters that may be the same wish as a desire: not its own, and none that it has left."""
    vector = await repository.vector_of(session, desire.id, matcher.embedder.id)
    if vector is None:
        vector = (await matcher.embed([desire.prompt]))[0]
    own = await repository.clusters_of(session, [desire.id])
    without = own | await left_by(session, desire.id) | await repository.apart_from(session, own)
    return await suggestions(session, matcher, desire.prompt, vector, without=without)
