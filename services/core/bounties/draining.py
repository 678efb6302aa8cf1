"""Giving back, at the operator's word, the money that has no answer, before payments are switched off.

What is in review or accepted goes on: artists have worked for it.
"""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from services.contracts.bounties import PledgeState
from services.core.bounties import repository
from services.core.bounties.events import PledgeEvent
from services.core.bounties.models import Pledge
from services.core.bounties.moving import move
from services.core.kit.database import Database
from services.core.ledger.currencies import POINTS
from services.core.payments.settings import PaymentSettings

_FREE = (PledgeState.ACTIVE, PledgeState.AWAITING_PAYMENT)


async def drain(database: Database, settings: PaymentSettings, now: datetime) -> int:
    """Return pledges of money that nobody has answered; how many."""
    async with database.read() as session:
        free = col(Pledge.state).in_(_FREE), col(Pledge.currency) != POINTS
        found = list(await session.scalars(select(col(Pledge.id)).where(*free)))
    moved = 0
    for pledge_id in found:
        async with database.write() as session:
            scene = await repository.scene(session, pledge_id)
            if not scene.answers:
                moved += await move(session, scene, PledgeEvent.CLOSED, settings, now)
    return moved
