"""A random walk over all that people, banks, artists, Stripe and time can do to pledges, and what must hold afterwards.

Each step is one of `STEPS`. Processes are killed before and after requests to Stripe, events come in any order, twice,
or not at all. In the end time passes until nothing moves, and `settled` says what is wrong.
"""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlmodel import col

from services.contracts.bounties import PledgeState
from services.contracts.desires import FulfilmentState
from services.core.accounts.models import User
from services.core.bounties import deciding, paying, pledging
from services.core.bounties.machine import ENDS
from services.core.bounties.models import Pledge, PledgeMove
from services.core.bounties.schemas import PledgeCreate
from services.core.desires import fulfilling
from services.core.desires.models import Fulfilment
from services.core.kit.database import Database, ReadSession
from services.core.ledger.check import check
from services.core.ledger.models import AccountKind
from services.core.ledger.reading import totals
from services.core.payments.models import PaymentCall, PaymentDispute, PayoutAccount
from services.core.payments.settings import PaymentSettings
from tests.core.desires.boards import wish
from tests.factories import caller_of, make_shader, make_user
from tests.payments.site import Site
from tests.payments.times import Time
from tests.stripe import cards
from tests.stripe.disputes import CLOSED, close_dispute, dispute, warn
from tests.stripe.refunds import fail
from tests.stripe.scene import FakeStripe
from tests.stripe.server import KEY
from tests.stripe.world import Obj

S = PledgeState
HOUR, DAY = 3_600, 86_400
WISHES = ("a lighthouse in a storm", "rain on a neon window", "a camp fire with sparks", "sand dunes under two moons")
_OUTCOMES = ("complete", "complete", "complete", "partly", "pending", "restrict", "reject")


@dataclass
class Walk:
    """One walk. `drops`: no event ever arrives; `order`: how those arrive that do."""

    site: Site
    choose: random.Random
    drops: bool = False
    twice_in_reverse: bool = False
    version: str | None = None
    people: list[User] = field(default_factory=list)
    artists: list[User] = field(default_factory=list)
    desires: list[str] = field(default_factory=list)
    # For a failed test: what was done.
    trace: list[str] = field(default_factory=list)

    @classmethod
    async def begin(cls, database: Database, fake: FakeStripe, time: Time, seed: int, **how: Any) -> "Walk":
        """People, artists and wishes."""
        choose = random.Random(seed)
        settings = PaymentSettings.model_validate(
            {"provider": "stripe", "stripe_secret_key": KEY, "account_days": 0, **_GENEROUS}
        )
        walk = cls(Site(database, fake, time, choose, settings), choose, **how)
        async with database.write() as session:
            confirmed = {"email_verified_at": time.now(), "created_at": time.now() - timedelta(days=30)}
            everybody = [await make_user(session, **confirmed) for _ in range(7)]
        walk.people, walk.artists = everybody[:4], everybody[3:]
        walk.desires = [await wish(database, each, walk.people[0]) for each in WISHES]
        return walk

    async def step(self) -> None:
        """One step of any kind."""
        names = list(STEPS)
        name = self.choose.choices(names, [STEPS[each] for each in names])[0]
        done = await self.site.quietly(getattr(self, name)())
        self.trace.append(name if done else f"({name})")

    # People

    async def pledge(self) -> None:
        """Somebody pledges and opens the page."""
        user, desire = self.choose.choice(self.people), self.choose.choice(self.desires)
        async with self.site.database.write() as session:
            new = PledgeCreate(amount=self.choose.randrange(500, 5_000), currency="USD")
            made = await pledging.create(session, caller_of(user), desire, new, self.site.settings, self._now())
        await self._open(user, made.id)

    async def _open(self, user: User, pledge_id: UUID) -> None:
        async with self.site.database.read() as session:
            wanted = await paying.purchase(session, caller_of(user), pledge_id)
        await self.site.money.pages.open(wanted)

    async def open_again(self) -> None:
        """Somebody goes to the page of a pledge once more."""
        if pledge := await self._some(S.AWAITING_PAYMENT):
            await self._open(self._who(pledge.pledger_id), pledge.id)

    async def pay(self) -> None:
        """Somebody enters a card on a page."""
        if session := self._at_stripe("checkout.session", status="open"):
            number = self.choose.choice(_CARDS)
            self.site.fake.pay(session["id"], number, authenticates=self.choose.choice((True, False)))

    async def withdraw(self) -> None:
        """Somebody takes a pledge back."""
        if pledge := await self._some(S.ACTIVE, S.AWAITING_PAYMENT, S.IN_REVIEW):
            caller = caller_of(self._who(pledge.pledger_id))
            async with self.site.database.write() as session:
                await pledging.withdraw(session, caller, pledge.id, self.site.settings, self._now())

    async def accept(self) -> None:
        """A pledger accepts."""
        if pledge := await self._some(S.IN_REVIEW, S.CONTESTED):
            caller = caller_of(self._who(pledge.pledger_id))
            async with self.site.database.write() as session:
                await deciding.accept(session, caller, pledge.id, None, self.site.settings, self._now())

    async def object_to(self) -> None:
        """A pledger objects."""
        if pledge := await self._some(S.IN_REVIEW):
            caller, reason = caller_of(self._who(pledge.pledger_id)), "It shows something else."
            async with self.site.database.write() as session:
                await deciding.object_to(session, caller, pledge.id, reason, self.site.settings, self._now())

    async def decide(self) -> None:
        """An operator decides."""
        if pledge := await self._some(S.CONTESTED):
            pays = self.choose.random() < 0.5
            how: Any = {"pays": pays, "reason": "Seen.", "settings": self.site.settings, "now": self._now()}
            async with self.site.database.write() as session:
                await deciding.decide(session, caller_of(self.people[0]), pledge.id, **how)

    async def refund_again(self) -> None:
        """An operator tries a refund again."""
        if pledge := await self._some(S.REFUND_STUCK):
            async with self.site.database.write() as session:
                operator = caller_of(self.people[0])
                await deciding.refund_again(session, operator, pledge.id, self.site.settings, self._now())

    async def answer(self) -> None:
        """An artist submits a work."""
        artist, desire = self.choose.choice(self.artists), self.choose.choice(self.desires)
        async with self.site.database.write() as session:
            work = await make_shader(session, author=artist)
            await fulfilling.fulfil(session, caller_of(artist), desire, work.id)

    async def take_back(self) -> None:
        """An artist takes an answer back, or its work disappears."""
        if made := await self._answer():
            async with self.site.database.write() as session:
                if self.choose.random() < 0.5:
                    await fulfilling.take_back(session, caller_of(self._who(made.author_id)), made.desire_id, made.id)
                else:
                    hide = text("UPDATE shaders SET listed = false WHERE id = :id")
                    await session.execute(hide, {"id": made.shader_id})

    async def owner_accepts(self) -> None:
        """The desire's author accepts."""
        if made := await self._answer():
            async with self.site.database.write() as session:
                await fulfilling.accept(session, caller_of(self.people[0]), made.desire_id, made.id)

    async def new_wish(self) -> None:
        """Somebody wishes."""
        prompt = f"{self.choose.choice(WISHES)}, number {len(self.desires)}"
        self.desires.append(await wish(self.site.database, prompt, self.people[0]))

    async def onboard(self) -> None:
        """An artist says at Stripe who they are, or gets nowhere."""
        artist = self.choose.choice(self.artists)
        await self.site.money.payouts.open(artist.id, "DE")
        async with self.site.database.read() as session:
            account = await session.get_one(PayoutAccount, artist.id)
        self.site.fake.onboard(account.account_id, self.choose.choice(_OUTCOMES))

    # Banks

    async def dispute(self) -> None:
        """A bank disputes a charge."""
        if charge := self._at_stripe("charge", status="succeeded", disputed=False, refunded=False):
            dispute(self.site.fake.world, charge, is_inquiry=self.choose.random() < 0.2)

    async def close_dispute(self) -> None:
        """A bank decides."""
        found = [each for each in self.site.fake.world.of("dispute") if each["status"] not in CLOSED]
        if found:
            self._close(self.choose.choice(found))

    def _close(self, found: Obj) -> None:
        is_inquiry = found["status"].startswith("warning")
        close_dispute(
            self.site.fake.world, found, "warning_closed" if is_inquiry else self.choose.choice(("won", "lost"))
        )

    async def warn(self) -> None:
        """A bank warns of fraud."""
        if charge := self._at_stripe("charge", status="succeeded", disputed=False, refunded=False):
            warn(self.site.fake.world, charge)

    async def fail_refund(self) -> None:
        """A bank does not take a refund."""
        if refund := self._at_stripe("refund", status="succeeded"):
            fail(self.site.fake.world, refund)

    # Machines and time

    async def deliver(self) -> None:
        """Some events arrive; some twice, some never."""
        if self.drops:
            self.site.fake.fake.events.queue.clear()
            return
        taken = self.site.take(self.choose.randrange(1, 12))
        if self.twice_in_reverse:
            taken = [each for each in reversed(taken) for _ in range(2)]
        else:
            taken = [each for each in taken for _ in range(self.choose.choice((0, 1, 1, 1, 2)))]
        await self.site.deliver(taken, self.version)

    async def work(self) -> None:
        """Some jobs run; processes may be killed."""
        self.site.line.odds = 0.1
        try:
            await self.site.work(self.choose.randrange(1, 12))
        finally:
            self.site.line.odds = 0

    async def sweep(self) -> None:
        """What runs by time."""
        await self.site.sweep()

    async def reconcile(self) -> None:
        """The hourly comparison."""
        await self.site.money.reconciler.run()

    async def wait(self) -> None:
        """Time passes."""
        await self.site.time.pass_(self.choose.choice((60, 60, 600, 600, HOUR, 6 * HOUR, DAY, 2 * DAY)))

    # The end

    async def end(self) -> None:
        """Banks decide, artists are ready or are not, operators try again, and time passes until nothing moves."""
        world = self.site.fake.world
        for method in world.of("payment_method"):
            world.secret[method["id"]]["card"] = cards.CARDS[cards.GOOD]
        for artist in self.artists[::2]:
            await self.site.quietly(self._settle_down(artist))
        for days in (1, 1, 2, 3, 5, *(8,) * 20):
            await self.site.time.pass_(days * DAY)
            # Cards of the last steps bring disputes only now.
            for found in [each for each in world.of("dispute") if each["status"] not in CLOSED]:
                self._close(found)
            await self._settle()
            async with self.site.database.read() as session:
                left = list(await session.scalars(select(Pledge).where(col(Pledge.state).not_in(ENDS))))
            if not left:
                break
            for pledge in left:
                if pledge.state == S.REFUND_STUCK:
                    async with self.site.database.write() as session:
                        caller = caller_of(self.people[0])
                        await deciding.refund_again(session, caller, pledge.id, self.site.settings, self._now())
        await self._settle()
        await self.site.money.reconciler.run()

    async def _settle_down(self, artist: User) -> None:
        await self.site.money.payouts.open(artist.id, "DE")
        async with self.site.database.read() as session:
            self.site.fake.onboard((await session.get_one(PayoutAccount, artist.id)).account_id)

    async def _settle(self) -> None:
        if self.drops:
            self.site.fake.fake.events.queue.clear()
        await self.site.deliver(self.site.take(10_000), self.version)
        await self.site.sweep()
        await self.site.work()
        await self.site.time.pass_(20 * 60)
        await self.site.sweep()
        await self.site.work()

    async def wrong(self) -> list[str]:
        """What should not be so, at the end."""
        async with self.site.database.read() as session:
            pledges = list(await session.scalars(select(Pledge)))
            sums = {kind: amount for (kind, code), amount in (await totals(session)).items() if code == "USD"}
            findings = await check(session)
            found = [await _history(session, each) for each in pledges if each.state not in ENDS]
        empty = (AccountKind.HELD, AccountKind.PAYABLE, AccountKind.REFUND_DUE, AccountKind.SUSPENSE)
        found += [f"{kind} holds {sums[kind]}" for kind in empty if sums.get(kind)]
        found += [f"the ledger differs: {findings}"] if findings.count else []
        (row,) = await self.site.money.reconciler.run() or (None,)
        if row is not None and (row.provider_amount != row.ledger_amount or row.unbooked or row.suspense):
            found.append(f"Stripe has {row.provider_amount}, the ledger {row.ledger_amount}; open {row.unbooked}")
        return [*found, *self._paid_twice(pledges)]

    def _paid_twice(self, pledges: list[Pledge]) -> list[str]:
        """Charges of which more went out than came in, where the bank did not take it after a refund."""
        world, found = self.site.fake.world, []
        for charge in world.of("charge", status="succeeded"):
            made = world.of("transfer", source_transaction=charge["id"])
            sent = [each["amount"] - each["amount_reversed"] for each in made]
            if sum(each > 0 for each in sent) > 1:
                found.append(f"{charge['id']} was sent to artists {len(sent)} times")
            if sum(sent) + charge["amount_refunded"] > charge["amount"]:
                found.append(f"of {charge['id']} {sum(sent)} went to artists, {charge['amount_refunded']} back")
        return found

    # Who and what

    def _now(self) -> Any:
        return self.site.time.now()

    def _who(self, user_id: UUID | None) -> User:
        return next(each for each in (*self.people, *self.artists) if each.id == user_id)

    async def _some(self, *states: PledgeState) -> Pledge | None:
        async with self.site.database.read() as session:
            statement = select(Pledge).where(col(Pledge.state).in_(states)).order_by(col(Pledge.created_at))
            found = list(await session.scalars(statement))
        return self.choose.choice(found) if found else None

    async def _answer(self) -> Fulfilment | None:
        async with self.site.database.read() as session:
            statement = select(Fulfilment).where(col(Fulfilment.state) == FulfilmentState.SUBMITTED)
            found = list(await session.scalars(statement.order_by(col(Fulfilment.created_at))))
        return self.choose.choice(found) if found else None

    def _at_stripe(self, kind: str, **members: Any) -> Obj | None:
        found = self.site.fake.world.of(kind, **members)
        return self.choose.choice(found) if found else None


async def _history(session: ReadSession, pledge: Pledge) -> str:
    moves = select(col(PledgeMove.event), col(PledgeMove.state)).where(col(PledgeMove.pledge_id) == pledge.id)
    rows = (await session.execute(moves.order_by(col(PledgeMove.number)))).all()
    said = select(col(PaymentDispute.status), col(PaymentDispute.taken)).where(
        col(PaymentDispute.subject) == f"pledge:{pledge.id}"
    )
    disputes = (await session.execute(said)).all()
    calls = select(col(PaymentCall.kind), col(PaymentCall.state), col(PaymentCall.reason)).where(
        col(PaymentCall.subject) == f"pledge:{pledge.id}"
    )
    asked = (await session.execute(calls.order_by(col(PaymentCall.created_at)))).all()
    went = " > ".join(f"{event} {state}" for event, state in rows)
    return f"{pledge.id}: {went}; due {pledge.due_at}; disputes {disputes}; calls {asked}"


_GENEROUS = {"withdrawals_per_month": 100, "checkouts_per_hour": 100, "open_pledges": 100, "open_maximum": 10_000_000}
_CARDS = (*(cards.GOOD,) * 20, *cards.CARDS)
STEPS: dict[str, int] = {
    "pledge": 12,
    "open_again": 2,
    "pay": 14,
    "withdraw": 2,
    "accept": 8,
    "object_to": 3,
    "decide": 2,
    "refund_again": 2,
    "answer": 6,
    "take_back": 1,
    "owner_accepts": 1,
    "new_wish": 1,
    "onboard": 4,
    "dispute": 1,
    "close_dispute": 1,
    "warn": 1,
    "fail_refund": 1,
    "deliver": 12,
    "work": 16,
    "sweep": 4,
    "reconcile": 2,
    "wait": 8,
}
