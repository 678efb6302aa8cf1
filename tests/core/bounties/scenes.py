"""Desires, works and pledges as the API and the worker make them, in points and at any time."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import col

from services.contracts.bounties import PledgeState
from services.core.accounts.models import User
from services.core.bounties import deciding, looking, pledging
from services.core.bounties.models import Pledge
from services.core.bounties.schemas import PledgeCreate
from services.core.desires import fulfilling
from services.core.desires.models import Fulfilment
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.ledger.currencies import POINTS
from services.core.ledger.models import LedgerAccount
from services.core.payments.settings import PaymentSettings, ProviderName
from tests.factories import caller_of, make_shader, make_user

THANKS = PaymentSettings(provider=ProviderName.THANKS)


def in_days(days: float) -> datetime:
    return utc_now() + timedelta(days=days)


async def confirmed_user(database: Database, **fields: object) -> User:
    async with database.write() as session:
        known = dict.fromkeys(("email_verified_at", "created_at"), utc_now() - timedelta(days=30))
        return await make_user(session, **{**known, **fields})


async def pledge(database: Database, user: User, desire_id: str, amount: int = 4) -> UUID:
    """Paid in points at once."""
    async with database.write() as session:
        new = PledgeCreate(amount=amount, currency=POINTS)
        return (await pledging.create(session, caller_of(user), desire_id, new, THANKS, utc_now())).id


async def answer(database: Database, artist: User, desire_id: str) -> Fulfilment:
    """A published work of the artist's that answers the desire; the pledges on it have seen it."""
    async with database.write() as session:
        work = await make_shader(session, author=artist)
        made, _ = await fulfilling.fulfil(session, caller_of(artist), desire_id, work.id)
    await looking.look(database, THANKS, desire_id, utc_now())
    return made


async def accept(database: Database, user: User, pledge_id: UUID, answer_id: UUID | None = None) -> None:
    async with database.write() as session:
        await deciding.accept(session, caller_of(user), pledge_id, answer_id, THANKS, utc_now())


async def tick(database: Database, pledge_id: UUID, days: float) -> None:
    """Time has come for the pledge, so many days from now."""
    await looking.tick(database, THANKS, pledge_id, in_days(days))


async def read(database: Database, pledge_id: UUID) -> Pledge:
    async with database.read() as session:
        return await session.get_one(Pledge, pledge_id)


async def state(database: Database, pledge_id: UUID) -> PledgeState:
    return PledgeState((await read(database, pledge_id)).state)


async def balances(database: Database) -> dict[tuple[str, str], int]:
    """Each account that holds anything, by kind and owner, on the side on which it grows."""
    async with database.read() as session:
        rows = await session.scalars(select(LedgerAccount).where(col(LedgerAccount.balance) != 0))
        return {(str(row.kind), row.owner or ""): row.balance * row.side for row in rows}


async def hide_work(database: Database, shader_id: str) -> None:
    from services.core.shaders.models import Shader

    async with database.write() as session:
        await session.execute(update(Shader).where(col(Shader.id) == shader_id).values(listed=False))
