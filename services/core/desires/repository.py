"""Desires as rows: finding those that a caller may see, locking what is to be changed, writing vectors and clicks."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Exists, Select, and_, delete, exists, func, or_, select, tuple_, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.contracts.desires import DesireState
from services.core.accounts.models import User
from services.core.accounts.repository import share_user, share_users
from services.core.desires.matching import Vector
from services.core.desires.models import (
    Apart,
    Cluster,
    Desire,
    DesireVector,
    Follow,
    LabelledPair,
    Membership,
    PairKind,
)
from services.core.desires.visibility import visible_to
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now
from services.core.shaders.repository import NotYoursError

T = TypeVar("T")


async def visible(session: ReadSession, caller: Caller | None, desire_id: str) -> Desire:
    """A desire that the caller may see. Raises `NotFoundError`."""
    return _found((await session.scalars(_visible(caller, desire_id))).one_or_none())


async def locked(session: WriteSession, caller: Caller, desire_id: str) -> Desire:
    """The same, locked until the transaction ends.

    Its author's account first, as whoever deletes that locks it: the author is told of much that is done to the desire.
    """
    await share_user(session, (await visible(session, caller, desire_id)).author_id)
    statement = _visible(caller, desire_id).with_for_update(of=Desire).execution_options(populate_existing=True)
    return _found((await session.scalars(statement)).one_or_none())


async def locked_own(session: WriteSession, caller: Caller, desire_id: str) -> Desire:
    """The same; raises `NotYoursError` unless the caller is its author."""
    desire = await locked(session, caller, desire_id)
    if desire.author_id != caller.user_id:
        raise NotYoursError
    return desire


async def locked_anyhow(session: WriteSession, desire_ids: Iterable[str]) -> dict[str, Desire]:
    """Desires by their ids, whoever may see them, locked until the transaction ends; their authors first, as above."""
    ids = list(desire_ids)
    authors = select(col(Desire.author_id)).where(col(Desire.id).in_(ids)).distinct()
    await share_users(session, await session.scalars(authors))
    statement = (
        select(Desire)
        .where(col(Desire.id).in_(ids), col(Desire.deleted_at).is_(None))
        .order_by(col(Desire.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {desire.id: desire for desire in await session.scalars(statement)}


async def cluster(session: ReadSession, cluster_id: str) -> Cluster:
    """A cluster that has or had members. Raises `NotFoundError`."""
    statement = select(Cluster).where(col(Cluster.id) == cluster_id).execution_options(populate_existing=True)
    return _found((await session.scalars(statement)).one_or_none())


async def count_open(session: ReadSession, user_id: UUID) -> int:
    """How many desires the user has open."""
    mine = col(Desire.author_id) == user_id, col(Desire.state) == DesireState.OPEN, col(Desire.deleted_at).is_(None)
    return await session.scalar(select(func.count()).select_from(Desire).where(*mine)) or 0


async def put_vectors(session: WriteSession, embedder_id: str, vectors: Iterable[tuple[str, Vector]]) -> None:
    """Write vectors of desires; those that are there stay."""
    now = utc_now()
    rows = [
        {"desire_id": desire_id, "embedder_id": embedder_id, "vector": vector, "created_at": now}
        for desire_id, vector in vectors
    ]
    if rows:
        await session.execute(insert(DesireVector).values(rows).on_conflict_do_nothing())


async def vector_of(session: ReadSession, desire_id: str, embedder_id: str) -> Any | None:
    """The desire's vector by this embedder."""
    found = await session.get(DesireVector, (desire_id, embedder_id))
    return None if found is None else found.vector


async def without_vector(session: ReadSession, embedder_id: str, limit: int, *ids: str) -> list[tuple[str, str]]:
    """(id, text) of desires that are not embedded by this embedder, the highest id first; of `ids` if there are."""
    statement = select(col(Desire.id), col(Desire.prompt)).where(
        ~_is_embedded(embedder_id), col(Desire.deleted_at).is_(None), col(Desire.state) != DesireState.WITHDRAWN
    )
    if ids:
        statement = statement.where(col(Desire.id).in_(ids))
    ordered = statement.order_by(col(Desire.id).desc()).limit(limit)
    return [(row[0], row[1]) for row in await session.execute(ordered)]


async def can_be_found(session: ReadSession, embedder_id: str) -> bool:
    """Whether those in clusters are embedded by this embedder, by the three that `without_vector` gives last.

    One that has just joined by a click may have no vector yet; three at once are a change of the embedder.
    """
    last = (
        select(_is_embedded(embedder_id).label("embedded"))
        .select_from(Desire)
        .join(Membership, col(Membership.desire_id) == col(Desire.id))
        .where(col(Membership.until).is_(None))
        .order_by(col(Membership.desire_id))
        .limit(3)
    )
    found = (await session.scalars(last)).all()
    return not found or any(found)


async def has_gaps(session: ReadSession, embedder_id: str) -> bool:
    """Whether any that is in a cluster is not embedded by this embedder."""
    statement = (
        select(col(Desire.id))
        .join(Membership, col(Membership.desire_id) == col(Desire.id))
        .where(col(Membership.until).is_(None), ~_is_embedded(embedder_id))
    )
    return await session.scalar(statement.limit(1)) is not None


def _is_embedded(embedder_id: str) -> Exists:
    return exists().where(col(DesireVector.desire_id) == col(Desire.id), col(DesireVector.embedder_id) == embedder_id)


async def drop_other_vectors(session: WriteSession, embedder_id: str, *, older: timedelta, limit: int) -> list[str]:
    """Delete vectors of other embedders where there has been one of this for some time; whose they were."""
    mine, other = aliased(DesireVector), aliased(DesireVector)
    due = (
        select(col(other.desire_id), col(other.embedder_id))
        .join(mine, col(mine.desire_id) == col(other.desire_id))
        .where(
            col(other.embedder_id) != embedder_id,
            col(mine.embedder_id) == embedder_id,
            col(mine.created_at) < utc_now() - older,
        )
        .limit(limit)
    )
    rows = [(row[0], row[1]) for row in await session.execute(due)]
    keys = tuple_(col(DesireVector.desire_id), col(DesireVector.embedder_id))
    await session.execute(delete(DesireVector).where(keys.in_(rows)))
    return [desire_id for desire_id, _ in rows]


async def clusters_of(session: ReadSession, desire_ids: Iterable[str]) -> set[str]:
    """The clusters in which these desires are."""
    statement = select(col(Membership.cluster_id)).where(
        col(Membership.desire_id).in_(list(desire_ids)), col(Membership.until).is_(None)
    )
    return set(await session.scalars(statement))


async def members_of(session: ReadSession, cluster_id: str) -> list[str]:
    """The desires that are in the cluster."""
    statement = select(col(Membership.desire_id)).where(
        col(Membership.cluster_id) == cluster_id, col(Membership.until).is_(None)
    )
    return sorted(await session.scalars(statement))


async def has_been_placed(session: ReadSession, desire_id: str) -> bool:
    """Whether the desire is or was in any cluster."""
    return bool(await session.scalar(select(exists().where(col(Membership.desire_id) == desire_id))))


async def label(
    session: WriteSession,
    user_id: UUID,
    desire_id: str,
    cluster_id: str,
    kind: PairKind,
    *,
    embedder_id: str,
    score: float | None,
) -> None:
    """Keep what somebody said of a desire and a cluster."""
    session.add(
        LabelledPair(
            user_id=user_id,
            desire_id=desire_id,
            cluster_id=cluster_id,
            kind=kind,
            embedder_id=embedder_id,
            score=score,
        )
    )
    await session.flush()


async def set_apart(session: WriteSession, one_id: str, other_id: str) -> None:
    """Keep that two clusters are different wishes; again it changes nothing."""
    low, high = sorted((one_id, other_id))
    row = {"low_id": low, "high_id": high, "created_at": utc_now()}
    await session.execute(insert(Apart).values(row).on_conflict_do_nothing())


async def apart_from(session: ReadSession, cluster_ids: Iterable[str]) -> set[str]:
    """The clusters that are different wishes than one of these, as moderators said."""
    ids, low, high = list(cluster_ids), col(Apart.low_id), col(Apart.high_id)
    statement = union(select(high).where(low.in_(ids)), select(low).where(high.in_(ids)))
    return {row[0] for row in await session.execute(statement)}


async def follow(session: WriteSession, user_id: UUID, desire_id: str) -> None:
    """Follow; the time of the first stays."""
    row = {"user_id": user_id, "desire_id": desire_id, "created_at": utc_now()}
    await session.execute(insert(Follow).values(row).on_conflict_do_nothing())


async def unfollow(session: WriteSession, user_id: UUID, desire_id: str) -> None:
    """Follow no more."""
    await session.execute(delete(Follow).where(col(Follow.user_id) == user_id, col(Follow.desire_id) == desire_id))


async def clusters_around(session: ReadSession, user_id: UUID) -> list[str]:
    """The clusters whose people the user may be one of, by a desire or by following one."""
    of_theirs = or_(col(Desire.author_id) == user_id, col(Follow.user_id) == user_id)
    statement = (
        select(col(Membership.cluster_id))
        .join(Desire, col(Desire.id) == col(Membership.desire_id))
        .outerjoin(Follow, and_(col(Follow.desire_id) == col(Desire.id), col(Follow.user_id) == user_id))
        .where(col(Membership.until).is_(None), of_theirs)
        .distinct()
    )
    return sorted(await session.scalars(statement))


async def moved_in(session: ReadSession, batch: UUID) -> list[str]:
    """The desires that a moderator's act moved and nothing has moved since."""
    statement = select(col(Membership.desire_id)).where(col(Membership.batch) == batch, col(Membership.until).is_(None))
    return sorted(await session.scalars(statement))


def _visible(caller: Caller | None, desire_id: str) -> Select[Desire]:
    return (
        select(Desire)
        .join(User, col(User.id) == col(Desire.author_id))
        .where(col(Desire.id) == desire_id, visible_to(caller))
    )


def _found(row: T | None) -> T:
    if row is None:
        raise NotFoundError
    return row
