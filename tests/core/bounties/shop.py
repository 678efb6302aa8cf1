"""A site that takes money, with the fake of Stripe in this process: people who pledge, artists who are paid."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.contracts.bounties import PledgeState
from services.core.accounts.models import User
from services.core.bounties import deciding, following, looking, paying, pledging, releasing
from services.core.bounties.models import Pledge, PledgeMove
from services.core.bounties.schemas import PledgeCreate
from services.core.desires import fulfilling
from services.core.desires.models import Fulfilment
from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.ledger.models import AccountKind, LedgerAccount
from services.core.payments.models import CallState, PaymentCall, PaymentOrder, PaymentRefund, PayoutAccount
from services.core.payments.service import Money, Payments
from services.core.payments.settings import PaymentSettings
from services.core.payments.stripe_provider import StripeProvider
from tests.core.bounties.scenes import confirmed_user
from tests.core.desires.boards import RAIN, wish
from tests.core.payments.scene import URL, settings_for
from tests.factories import caller_of, make_shader
from tests.stripe.cards import GOOD
from tests.stripe.scene import FakeStripe
from tests.stripe.transport import InProcess


@dataclass
class Shop:
    """Bob pledges on a desire, eve answers it."""

    database: Database
    fake: FakeStripe
    fields: dict[str, Any] = field(default_factory=dict)
    bob: User = field(init=False)
    eve: User = field(init=False)
    desire: str = ""

    @classmethod
    async def open(cls, database: Database, fake: FakeStripe, **fields: Any) -> "Shop":
        """With its people and a desire."""
        made = cls(database, fake, fields)
        made.bob, made.eve = await confirmed_user(database), await confirmed_user(database)
        made.desire = await wish(database, RAIN)
        return made

    @property
    def settings(self) -> PaymentSettings:
        return settings_for(self.fake, **self.fields)

    @property
    def money(self) -> Money:
        provider = StripeProvider(self.settings, http_client=InProcess(self.fake.fake))
        return Payments.open(self.database, self.settings, URL, provider).money

    async def pledge(self, amount: int = 2_000) -> UUID:
        """That is to be paid."""
        async with self.database.write() as session:
            new = PledgeCreate(amount=amount, currency=self.settings.unit)
            made = await pledging.create(session, caller_of(self.bob), self.desire, new, self.settings, utc_now())
        return made.id

    async def pay(self, pledge_id: UUID, card: str = GOOD) -> None:
        """On the provider's page; it is booked, and the pledge follows."""
        async with self.database.read() as session:
            wanted = await paying.purchase(session, caller_of(self.bob), pledge_id)
        await self.money.pages.open(wanted)
        order = await self.order(pledge_id)
        assert order.checkout_id is not None
        assert self.fake.pay(order.checkout_id, card) == "complete"
        self.fake.settle()
        await self.money.follower.follow("checkout.session", order.checkout_id)
        await self.follow(pledge_id)

    async def paid(self, amount: int = 2_000, card: str = GOOD) -> UUID:
        made = await self.pledge(amount)
        await self.pay(made, card)
        return made

    async def follow(self, pledge_id: UUID) -> None:
        """All that was asked is sent, and the pledge follows what came of it."""
        for _ in range(4):
            await following.follow(self.database, self.settings, f"pledge:{pledge_id}", utc_now())
            async with self.database.read() as session:
                asked = select(col(PaymentCall.id)).where(col(PaymentCall.state) == CallState.ASKED)
                found = list(await session.scalars(asked))
            if not found:
                return
            for call_id in found:
                await self.money.sender.send(call_id)

    async def look(self, pledge_id: UUID) -> None:
        """Fetch the payment as it is now."""
        order = await self.order(pledge_id)
        assert order.payment_id is not None
        await self.money.follower.payment(order.payment_id)
        async with self.database.read() as session:
            refunds = list(await session.scalars(select(col(PaymentRefund.id))))
        for each in refunds:
            await self.money.follower.refund(each)
        await self.follow(pledge_id)

    async def answer(self) -> Fulfilment:
        async with self.database.write() as session:
            work = await make_shader(session, author=self.eve)
            made, _ = await fulfilling.fulfil(session, caller_of(self.eve), self.desire, work.id)
        await looking.look(self.database, self.settings, self.desire, utc_now())
        return made

    async def accept(self, pledge_id: UUID) -> None:
        async with self.database.write() as session:
            await deciding.accept(session, caller_of(self.bob), pledge_id, None, self.settings, utc_now())

    async def withdraw(self, pledge_id: UUID) -> None:
        async with self.database.write() as session:
            await pledging.withdraw(session, caller_of(self.bob), pledge_id, self.settings, utc_now())
        await self.follow(pledge_id)

    async def ready(self) -> None:
        """Eve's payout account."""
        await self.money.payouts.open(self.eve.id, "DE")
        async with self.database.read() as session:
            account = await session.get_one(PayoutAccount, self.eve.id)
        self.fake.onboard(account.account_id)
        await self.money.follower.recipient(account.account_id)

    async def days_later(self, pledge_id: UUID, days: float) -> None:
        """The pledge's time so many days from now."""
        now = utc_now() + timedelta(days=days)
        async with self.database.read() as session:
            known = await releasing.to_fetch(session, pledge_id, now)
        if known is not None and known.payment_id is not None:
            await self.money.follower.payment(known.payment_id)
            await self.follow(pledge_id)
        if known is not None and known.account_id is not None:
            await self.money.follower.recipient(known.account_id)
        await looking.tick(self.database, self.settings, pledge_id, now)
        await self.follow(pledge_id)

    async def time_only(self, pledge_id: UUID, days: float) -> None:
        """The same without asking the provider first."""
        await looking.tick(self.database, self.settings, pledge_id, utc_now() + timedelta(days=days))

    async def released(self, amount: int = 2_000) -> UUID:
        """Paid, answered, accepted and sent."""
        made = await self.paid(amount)
        await self.accept(made)
        await self.days_later(made, 8)
        assert await self.state(made) == PledgeState.RELEASED
        return made

    async def order(self, pledge_id: UUID) -> PaymentOrder:
        async with self.database.read() as session:
            statement = select(PaymentOrder).where(col(PaymentOrder.subject) == f"pledge:{pledge_id}")
            return (await session.scalars(statement)).one()

    async def read(self, pledge_id: UUID) -> Pledge:
        async with self.database.read() as session:
            return await session.get_one(Pledge, pledge_id)

    async def events(self, pledge_id: UUID) -> list[str]:
        """What happened to the pledge."""
        async with self.database.read() as session:
            statement = select(col(PledgeMove.event)).where(col(PledgeMove.pledge_id) == pledge_id)
            return list(await session.scalars(statement.order_by(col(PledgeMove.number))))

    async def state(self, pledge_id: UUID) -> PledgeState:
        return PledgeState((await self.read(pledge_id)).state)

    async def balances(self, *, without: tuple[AccountKind, ...] = (AccountKind.STRIPE,)) -> dict[str, int]:
        """What each kind of account holds, summed over its owners, on the side on which it grows."""
        sums: dict[str, int] = {}
        async with self.database.read() as session:
            for row in await session.scalars(select(LedgerAccount).where(col(LedgerAccount.balance) != 0)):
                if row.kind not in without:
                    sums[str(row.kind)] = sums.get(str(row.kind), 0) + row.balance * row.side
        return {kind: amount for kind, amount in sums.items() if amount}
