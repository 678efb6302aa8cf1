"""Which desire is in which cluster: joining, leaving, and what is counted from it.

A membership is a row with its end; nothing is overwritten. `move` closes the row that holds and writes the next,
which names it as its previous one; `go_back` closes it and writes the previous one anew, so that cluster, way and score
are as they were. Who leaves a cluster into which nothing brought them gets a cluster of their own.

What a cluster says of itself (people, wordings, hot, mean) is counted from rows each time (`refresh`), so it is never
negative and the same after any detour. All of this happens under one lock for all clusters (`hold`), which is taken
after the rows of desires and before inboxes, and lasts some milliseconds: two like desires at the same moment come one
after the other, and the second finds the first.

Heat is the number of people: authors of open desires in the cluster, and followers of those, each once. For the
ranking each person counts less the longer ago they came, half after `HALF_LIFE`. The logarithm of that sum, in which
the present time is a constant, keeps its order by itself.
"""

from collections.abc import Iterable
from datetime import timedelta
from math import log
from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, select, text
from sqlmodel import col

from services.contracts.desires import MembershipHow
from services.core.desires.models import Cluster, Ended, Membership
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.tables import utc_now

HALF_LIFE = timedelta(days=10)
_TAU = HALF_LIFE.total_seconds() / log(2)

_LIVING = """
    WITH living AS (
        SELECT desires.id, desires.author_id, desires.created_at, desires.state
        FROM desire_memberships
        JOIN desires ON desires.id = desire_memberships.desire_id
        JOIN users ON users.id = desires.author_id
        WHERE desire_memberships.cluster_id = :cluster_id AND desire_memberships.until IS NULL
          AND desires.hidden_at IS NULL AND desires.deleted_at IS NULL AND users.suspended_at IS NULL
    )
"""


def _of_living(statement: str) -> TextClause:
    return text(_LIVING + statement)


_COUNT = _of_living(
    """
    , comers AS (
        SELECT user_id, min(at) AS at
        FROM (
            SELECT author_id AS user_id, created_at AS at FROM living WHERE state = 'open'
            UNION ALL
            SELECT follows.user_id, follows.created_at
            FROM living
            JOIN desire_follows AS follows ON follows.desire_id = living.id
            JOIN users ON users.id = follows.user_id
            WHERE living.state = 'open' AND users.suspended_at IS NULL
        ) AS each_time
        GROUP BY user_id
    )
    UPDATE desire_clusters SET
        people = (SELECT count(*) FROM comers),
        wordings = (SELECT count(*) FROM living),
        hot = (
            SELECT coalesce(1e6 * ln(sum(exp(extract(epoch FROM at - timestamptz '2026-01-01Z')::float8 / :tau))), 0)
            FROM comers
        )
    WHERE id = :cluster_id
    """
)
_MEAN = _of_living(
    """
    INSERT INTO desire_cluster_vectors AS kept (cluster_id, embedder_id, mean, members)
    SELECT :cluster_id, embedder_id, avg(vector ORDER BY desire_id), count(*)
    FROM desire_vectors JOIN living ON living.id = desire_vectors.desire_id
    GROUP BY embedder_id
    ON CONFLICT (cluster_id, embedder_id) DO UPDATE SET mean = excluded.mean, members = excluded.members
    WHERE (kept.mean, kept.members) IS DISTINCT FROM (excluded.mean, excluded.members)
    """
)
_EMPTY = _of_living(
    """
    DELETE FROM desire_cluster_vectors AS kept
    WHERE cluster_id = :cluster_id AND NOT EXISTS (
        SELECT FROM desire_vectors JOIN living ON living.id = desire_vectors.desire_id
        WHERE desire_vectors.embedder_id = kept.embedder_id
    )
    """
)


async def hold(session: WriteSession) -> None:
    """Keep all clusters as they are for others until the transaction ends."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('desire clusters', 0))"))


async def current(session: ReadSession, desire_id: str) -> Membership | None:
    """The row that holds."""
    statement = select(Membership).where(col(Membership.desire_id) == desire_id, col(Membership.until).is_(None))
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def new(session: WriteSession) -> str:
    """A cluster without members; its id."""
    cluster = Cluster()
    session.add(cluster)
    await session.flush()
    return cluster.id


async def found(session: WriteSession, desire_id: str) -> Membership:
    """Put the desire into a cluster of its own."""
    return await move(session, desire_id, await new(session), how=MembershipHow.FOUNDED)


async def move(
    session: WriteSession,
    desire_id: str,
    cluster_id: str,
    *,
    how: MembershipHow,
    ended: Ended = Ended.MOVED,
    score: float | None = None,
    embedder_id: str | None = None,
    batch: UUID | None = None,
    counted: bool = True,
) -> Membership:
    """Put the desire into the cluster, and give the row that holds: the old one where it is there already.

    Who moves many leaves the counting (`counted`) to one `refresh` after all of them.
    """
    old = await current(session, desire_id)
    if old is not None and old.cluster_id == cluster_id:
        return old
    made = Membership(
        desire_id=desire_id,
        cluster_id=cluster_id,
        how=how,
        score=score,
        embedder_id=embedder_id,
        batch=batch,
        previous_id=None if old is None else old.id,
    )
    await _replace(session, old, made, ended, counted=counted)
    return made


async def go_back(session: WriteSession, held: Membership, ended: Ended, *, counted: bool = True) -> Membership:
    """Put the desire back where it was before the row that holds, or into a cluster of its own."""
    before = None if held.previous_id is None else await session.get_one(Membership, held.previous_id)
    if before is None:
        before = Membership(desire_id=held.desire_id, cluster_id=await new(session), how=MembershipHow.FOUNDED)
    made = Membership(
        desire_id=before.desire_id,
        cluster_id=before.cluster_id,
        how=before.how,
        score=before.score,
        embedder_id=before.embedder_id,
        batch=before.batch,
        previous_id=before.previous_id,
    )
    await _replace(session, held, made, ended, counted=counted)
    return made


async def end(session: WriteSession, desire_id: str, ended: Ended) -> None:
    """Take the desire out of its cluster, into none."""
    held = await current(session, desire_id)
    if held is not None:
        held.until, held.ended = utc_now(), ended
        await refresh(session, [held.cluster_id])


async def _replace(
    session: WriteSession, old: Membership | None, made: Membership, ended: Ended, *, counted: bool
) -> None:
    """Close the one and write the other; the index allows one that holds, so in this order."""
    if old is not None:
        old.until, old.ended = utc_now(), ended
        await session.flush()
    session.add(made)
    await session.flush()
    if counted:
        await refresh(session, {made.cluster_id} | ({old.cluster_id} if old is not None else set()))


async def refresh(session: WriteSession, cluster_ids: Iterable[str]) -> None:
    """Count these clusters anew, and their means; the caller holds the clusters."""
    await session.flush()
    for cluster_id in sorted(set(cluster_ids)):
        values: dict[str, Any] = {"cluster_id": cluster_id}
        await session.execute(_COUNT, values | {"tau": _TAU})
        await session.execute(_EMPTY, values)
        await session.execute(_MEAN, values)


async def recount(session: WriteSession, cluster_id: str) -> None:
    """Count a cluster's people anew, where only those have changed."""
    await session.flush()
    await session.execute(_COUNT, {"cluster_id": cluster_id, "tau": _TAU})
