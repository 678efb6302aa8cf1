"""The end of an account: what it pledged and may still take back goes back, and the rest is finished.

The erasure holds the account's row, for which moves wait that hold a desire. So it asks for a job, and only empties
what the person wrote.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlmodel import col

from services.contracts.bounties import PledgeState
from services.core.bounties import repository
from services.core.bounties.events import PledgeEvent
from services.core.bounties.jobs import LEAVE
from services.core.bounties.models import ChangesAsked, KeyPledgeLimit, Pledge, PledgeMove, PledgeObjection
from services.core.bounties.moving import Said, move
from services.core.identity.credentials import EndedCredentials
from services.core.jobs.outbox import enqueue
from services.core.kit.database import Database, WriteSession
from services.core.payments.settings import PaymentSettings

_FREE = (PledgeState.ACTIVE, PledgeState.AWAITING_PAYMENT)


async def erase(session: WriteSession, user_id: UUID, at: datetime) -> EndedCredentials:
    """Forget what the user wrote, and have their pledges taken back. Amounts and dates stay, as the ledger's do."""
    await session.execute(delete(KeyPledgeLimit).where(col(KeyPledgeLimit.user_id) == user_id))
    for model, column in ((PledgeObjection, "reason"), (ChangesAsked, "wanted")):
        await session.execute(update(model).where(col(model.user_id) == user_id).values({column: ""}))
    await session.execute(update(PledgeMove).where(col(PledgeMove.by_id) == user_id).values(reason=""))
    await enqueue(session, LEAVE, user_id=str(user_id))
    return EndedCredentials()


async def leave(database: Database, settings: PaymentSettings, user_id: UUID, now: datetime) -> int:
    """Take back what a deleted account pledged and nobody has answered; how many."""
    async with database.read() as session:
        statement = select(col(Pledge.id)).where(col(Pledge.pledger_id) == user_id, col(Pledge.state).in_(_FREE))
        found = list(await session.scalars(statement))
    moved = 0
    for pledge_id in found:
        async with database.write() as session:
            scene = await repository.scene(session, pledge_id)
            is_answered = scene.answers and scene.pledge.state == PledgeState.ACTIVE
            event = PledgeEvent.ANSWERED if is_answered else PledgeEvent.WITHDRAWN
            moved += await move(session, scene, event, settings, now, Said(by=user_id))
    return moved
