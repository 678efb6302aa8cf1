"""Payments against the fake of Stripe in this process, with a person who pays and an artist who is paid."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, text
from sqlmodel import col

from services.core.kit.database import Database
from services.core.kit.tables import utc_now
from services.core.ledger.models import AccountKind
from services.core.ledger.posting import Account, Line, Posting, post
from services.core.ledger.reading import balance_of
from services.core.payments import calls
from services.core.payments.models import PaymentCall, PaymentOrder, PayoutAccount
from services.core.payments.pages import Purchase
from services.core.payments.service import Money, Payments
from services.core.payments.settings import PaymentSettings
from services.core.payments.stripe_provider import StripeProvider
from tests.factories import make_user
from tests.stripe.cards import GOOD
from tests.stripe.scene import FakeStripe
from tests.stripe.transport import InProcess

URL = "https://shaders.example"


def settings_for(fake: FakeStripe, **fields: Any) -> PaymentSettings:
    """Settings of a site whose provider is the fake."""
    return PaymentSettings.model_validate({"provider": "stripe", "stripe_secret_key": fake.key, **fields})


@dataclass
class Till:
    """A site that takes money."""

    database: Database
    fake: FakeStripe
    payer: UUID = field(default_factory=uuid4)
    artist: UUID = field(default_factory=uuid4)
    pledge: UUID = field(default_factory=uuid4)

    @classmethod
    async def open(cls, database: Database, fake: FakeStripe) -> "Till":
        """With its people."""
        async with database.write() as session:
            payer, artist = await make_user(session), await make_user(session)
        return cls(database, fake, payer.id, artist.id)

    @property
    def money(self) -> Money:
        """As a process that was started a moment ago has it."""
        settings = settings_for(self.fake)
        provider = StripeProvider(settings, http_client=InProcess(self.fake.fake))
        return Payments.open(self.database, settings, URL, provider).money

    @property
    def subject(self) -> str:
        """The pledge."""
        return f"pledge:{self.pledge}"

    def purchase(self, amount: int = 2_000) -> Purchase:
        """What the payer is to pay."""
        return Purchase(
            subject=self.subject,
            user_id=self.payer,
            amount=amount,
            currency="USD",
            title="A commissioned work",
            purpose="desire:9TfKq4Zr2Wc",
        )

    async def order(self) -> PaymentOrder:
        """The latest page of the pledge."""
        async with self.database.read() as session:
            latest = select(PaymentOrder).where(col(PaymentOrder.subject) == self.subject)
            return (await session.scalars(latest.order_by(col(PaymentOrder.attempt).desc()))).first()  # type: ignore[return-value]

    async def paid(self, card: str = GOOD) -> PaymentOrder:
        """The pledge after somebody paid it, with its payment booked."""
        await self.money.pages.open(self.purchase())
        order = await self.order()
        assert order.checkout_id is not None
        assert self.fake.pay(order.checkout_id, card) == "complete"
        self.fake.settle()
        await self.money.follower.follow("checkout.session", order.checkout_id)
        return await self.order()

    async def recipient(self) -> PayoutAccount:
        """The artist's account, ready."""
        await self.money.payouts.open(self.artist, "DE")
        async with self.database.read() as session:
            account = await session.get_one(PayoutAccount, self.artist)
        self.fake.onboard(account.account_id)
        await self.money.follower.recipient(account.account_id)
        async with self.database.read() as session:
            return await session.get_one(PayoutAccount, self.artist)

    async def intend(self, *lines: tuple[AccountKind, UUID | str, int], call: calls.Call) -> UUID:
        """Post intent lines and ask the call, in one transaction as bounties do."""
        made = tuple(Line(Account(kind, str(owner)), amount, "USD") for kind, owner, amount in lines)
        async with self.database.write() as session:
            name = f"test:{uuid4()}"
            await post(session, Posting(kind="test", external_id=name, lines=made, occurred_at=utc_now()))
            return await calls.ask(session, call)

    async def refund(self) -> UUID:
        """The refund of the pledge, asked and not sent."""
        order = await self.order()
        assert order.payment_id is not None
        return await self.intend(
            (AccountKind.HELD, self.pledge, order.amount),
            (AccountKind.REFUND_DUE, self.pledge, -order.amount),
            call=calls.refund(self.subject, payment_id=order.payment_id, amount=order.amount, currency="USD"),
        )

    async def release(self, account: PayoutAccount) -> UUID:
        """The transfer of the pledge less 10 %, asked and not sent."""
        order = await self.order()
        assert order.charge_id is not None
        fee = order.amount // 10
        return await self.intend(
            (AccountKind.HELD, self.pledge, order.amount),
            (AccountKind.PAYABLE, self.artist, fee - order.amount),
            (AccountKind.BOUNTY_FEE, "", -fee),
            call=calls.transfer(
                self.subject,
                account_id=account.account_id,
                charge_id=order.charge_id,
                amount=order.amount - fee,
                currency="USD",
                group=order.purpose,
            ),
        )

    async def taken_back(self) -> UUID:
        """The reversal of a transfer that was sent and has arrived, asked and not sent."""
        # What is available at once is with the artist at once.
        await self.paid("4000000000000077")
        account = await self.recipient()
        await self.money.sender.send(await self.release(account))
        (sent,) = self.fake.world.of("transfer", destination=account.account_id)
        return await self.intend(
            (AccountKind.DEBT, self.artist, sent["amount"]),
            (AccountKind.LOSS, "", -sent["amount"]),
            call=calls.reverse(self.subject, transfer_id=sent["id"], amount=sent["amount"]),
        )

    async def call(self, call_id: UUID) -> PaymentCall:
        """A call as it stands."""
        async with self.database.read() as session:
            return await session.get_one(PaymentCall, call_id)

    async def balance(self, kind: AccountKind, owner: UUID | str = "") -> int:
        """What an account holds."""
        async with self.database.read() as session:
            return await balance_of(session, Account(kind, str(owner)), "USD")

    async def jobs(self) -> Sequence[tuple[str, dict[str, Any]]]:
        """The jobs that wait, by name and payload."""
        async with self.database.read() as session:
            rows = await session.execute(text("SELECT actor, payload FROM outbox ORDER BY id"))
            return [(row.actor, row.payload) for row in rows]

    def made(self, kind: str) -> int:
        """How many objects of a kind there are at Stripe."""
        return len(list(self.fake.world.of(kind)))
