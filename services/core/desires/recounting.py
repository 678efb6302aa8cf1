"""Counting clusters anew when an account is suspended, restored or deleted: whom they count has changed.

Lists ask for the account's state themselves, so nothing of it is shown meanwhile. It may be stopped anywhere and begun
again, and a second time changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, or_, select, update
from sqlmodel import col

from services.contracts.desires import DesireState
from services.core.desires import clusters, repository
from services.core.desires.events import CHANGED
from services.core.desires.jobs import RECOUNT_CLUSTERS
from services.core.desires.models import Desire, DesireVector, Follow, Fulfilment, LabelledPair, Membership
from services.core.desires.notices import ALL
from services.core.identity.credentials import EndedCredentials
from services.core.jobs.events import emit
from services.core.jobs.outbox import enqueue
from services.core.kit.database import Database, WriteSession
from services.core.moderation.models import Decision, Report
from services.core.notices.models import Notice

MOST_AT_ONCE = 50


async def recount_user(database: Database, user_id: UUID) -> None:
    """Count the clusters anew in which the user has or follows a desire."""
    async with database.read() as session:
        found = await repository.clusters_around(session, user_id)
    await recount(database, found)


async def recount(database: Database, cluster_ids: Sequence[str]) -> None:
    """Count these clusters anew, some in each transaction."""
    for start in range(0, len(cluster_ids), MOST_AT_ONCE):
        async with database.write() as session:
            await clusters.hold(session)
            await clusters.refresh(session, cluster_ids[start : start + MOST_AT_ONCE])


async def erase(session: WriteSession, user_id: UUID, at: datetime) -> EndedCredentials:
    """Delete what the user wished, followed and said; the row of a desire that others answered stays, emptied.

    So does one that was reported or decided about, until it is purged (services/core/privacy/purge.py).

    The counts follow by jobs: this transaction holds the user's row and inbox, for which others may wait who hold the
    clusters.
    """
    locking = select(col(Desire.id)).where(col(Desire.author_id) == user_id).order_by(col(Desire.id)).with_for_update()
    mine = (await session.scalars(locking)).all()
    around = await repository.clusters_around(session, user_id)
    told = col(Notice.kind).in_([kind.name for kind in ALL]), col(Notice.about).in_(mine)
    await session.execute(delete(Notice).where(*told))
    await session.execute(delete(Follow).where((col(Follow.user_id) == user_id) | col(Follow.desire_id).in_(mine)))
    await session.execute(delete(LabelledPair).where(col(LabelledPair.desire_id).in_(mine)))
    await session.execute(delete(DesireVector).where(col(DesireVector.desire_id).in_(mine)))
    await session.execute(delete(Membership).where(col(Membership.desire_id).in_(mine)))
    await _empty(session, mine, at)
    for desire_id in mine:
        await emit(session, CHANGED, desire_id=desire_id)
    for start in range(0, len(around), MOST_AT_ONCE):
        await enqueue(session, RECOUNT_CLUSTERS, cluster_ids=around[start : start + MOST_AT_ONCE])
    return EndedCredentials()


async def _empty(session: WriteSession, desire_ids: Sequence[str], at: datetime) -> None:
    """Delete the desires that nothing names; of the others no text stays."""
    named = [exists().where(col(model.desire_id) == col(Desire.id)) for model in (Fulfilment, Report, Decision)]
    await session.execute(delete(Desire).where(col(Desire.id).in_(desire_ids), ~or_(*named)))
    emptied: dict[str, Any] = {
        "prompt": "",
        "reference_ids": [],
        "style_hints": [],
        "difference": "",
        "hidden_reason": None,
        "state": DesireState.WITHDRAWN,
        "deleted_at": at,
    }
    await session.execute(
        update(Desire)
        .where(col(Desire.id).in_(desire_ids))
        .values(emptied)
        .execution_options(synchronize_session=False)
    )
