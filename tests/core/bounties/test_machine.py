"""The machine of a pledge: each row of its table with its exact lines, and walks over all of it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.bounties import PledgeState as S
from services.contracts.bounties import ReturnReason
from services.core.bounties.events import PledgeEvent as E
from services.core.bounties.facts import Facts
from services.core.bounties.machine import ENDS, TABLE, Ask, Clock, Tell, amount_of, row_for, step
from services.core.ledger.models import AccountKind as K
from services.core.ledger.posting import Line

R1 = {K.HELD: 2000, K.REFUND_DUE: -2000}
A1 = {K.HELD: 2000, K.PAYABLE: -1800, K.BOUNTY_FEE: -200}
A1_BACK = {K.HELD: -2000, K.PAYABLE: 1800, K.BOUNTY_FEE: 200}
A1_TO_R1 = {K.PAYABLE: 1800, K.BOUNTY_FEE: 200, K.REFUND_DUE: -2000}
CLAWED = {K.DEBT: 1800, K.BOUNTY_FEE: 200, K.DISPUTE: -2000}
LOST = {K.HELD: 2000, K.DISPUTE: -2000}
LOST_ACCEPTED = {K.PAYABLE: 1800, K.BOUNTY_FEE: 200, K.DISPUTE: -2000}
LOST_BACK = {K.REFUND_DUE: 2000, K.DISPUTE: -2000}
PART: dict[str, Any] = {"disputed": 500}
WHOLE: dict[str, Any] = {"disputed": 2000}
NONE: dict[K, int] = {}
Case = tuple[S, E, dict[str, Any], S, dict[K, int], Ask | None, tuple[Tell, ...], Clock | None]


def facts(**changes: Any) -> Facts:
    known: dict[str, Any] = {
        "pledge": "p",
        "amount": 2000,
        "fee": 200,
        "currency": "USD",
        "artist": "a",
        "dispute": "d",
    }
    return Facts(**{**known, **changes})


def back(state: S, event: E, **known: Any) -> Case:
    return state, event, known, S.REFUNDING, R1, Ask.REFUND, (Tell.RETURNED,), None


def unpaid(event: E) -> Case:
    return S.ACCEPTED, event, {}, S.REFUNDING, A1_TO_R1, Ask.REFUND, (Tell.RETURNED, Tell.UNPAYABLE), None


def quiet(state: S, event: E, after: S, *, ask: Ask | None = None, **known: Any) -> Case:
    return state, event, known, after, NONE, ask, (), None


def lost(before: S, lines: dict[K, int], after: S, ask: Ask | None = None, **known: Any) -> Case:
    return S.DISPUTED, E.DISPUTE_LOST, {"before": before, **known}, after, lines, ask, (), None


PAYING: list[Case] = [
    *(back(state, E.PAID, unwanted=ReturnReason.CLOSED) for state in (S.AWAITING_PAYMENT, S.VOID)),
    (S.VOID, E.PAID, {"waiting": True}, S.IN_REVIEW, NONE, None, (Tell.PAID, Tell.WAITING), Clock.REVIEW),
    (S.AWAITING_PAYMENT, E.PAID, {}, S.ACTIVE, NONE, None, (Tell.PAID,), Clock.EXPIRY),
    (S.VOID, E.PAID, {}, S.ACTIVE, NONE, None, (Tell.PAID,), Clock.EXPIRY),
    quiet(S.AWAITING_PAYMENT, E.CHECKOUT_ENDED, S.VOID),
    *(quiet(S.AWAITING_PAYMENT, event, S.VOID, ask=Ask.END_CHECKOUT) for event in (E.WITHDRAWN, E.CLOSED)),
]
REVIEWING: list[Case] = [
    *(back(S.ACTIVE, event) for event in (E.WITHDRAWN, E.EXPIRED, E.CLOSED, E.SELF_DEALING)),
    (S.ACTIVE, E.ANSWERED, {"waiting": True}, S.IN_REVIEW, NONE, None, (Tell.WAITING,), Clock.REVIEW),
    *(
        case
        for state in (S.IN_REVIEW, S.CONTESTED)
        for case in (
            (state, E.ANSWER_GONE, {"waiting": True}, S.IN_REVIEW, NONE, None, (Tell.WAITING,), Clock.REVIEW),
            back(state, E.ANSWER_GONE, over=True),
            (state, E.ANSWER_GONE, {}, S.ACTIVE, NONE, None, (), Clock.EXPIRY),
        )
    ),
    *((S.IN_REVIEW, event, {}, S.ACCEPTED, A1, None, (Tell.ACCEPTED,), None) for event in (E.ACCEPTED, E.SILENT)),
    (S.IN_REVIEW, E.OWNER_ACCEPTED, {}, S.IN_REVIEW, NONE, None, (Tell.WAITING,), Clock.OWNER),
    (S.IN_REVIEW, E.OBJECTED, {}, S.CONTESTED, NONE, None, (Tell.CONTESTED,), Clock.CONTEST),
    (S.CONTESTED, E.ACCEPTED, {}, S.ACCEPTED, A1, None, (Tell.ACCEPTED,), None),
    (S.CONTESTED, E.DECIDED_PAY, {}, S.ACCEPTED, A1, None, (Tell.DECIDED, Tell.ACCEPTED), None),
    *(
        (S.CONTESTED, event, {}, S.REFUNDING, R1, Ask.REFUND, (Tell.DECIDED, Tell.RETURNED), None)
        for event in (E.DECIDED_RETURN, E.UNDECIDED)
    ),
]
OWES, COVERS = {"owed": 300}, {"owed": 5000}
SENT = (Tell.SENT,)
RELEASING: list[Case] = [
    *(back(state, E.WARNED) for state in (S.ACTIVE, S.IN_REVIEW, S.CONTESTED)),
    *(unpaid(event) for event in (E.WARNED, E.OVERDUE, E.SELF_DEALING)),
    (S.ACCEPTED, E.WORK_GONE, {}, S.CONTESTED, A1_BACK, None, (Tell.CONTESTED,), Clock.CONTEST),
    (S.ACCEPTED, E.RELEASED, {"fee": 2000}, S.RELEASED, NONE, None, SENT, None),
    (S.ACCEPTED, E.RELEASED, COVERS, S.RELEASED, {K.PAYABLE: 1800, K.DEBT: -1800}, None, SENT, None),
    (S.ACCEPTED, E.RELEASED, OWES, S.RELEASING, {K.PAYABLE: 300, K.DEBT: -300}, Ask.TRANSFER, (), None),
    quiet(S.ACCEPTED, E.RELEASED, S.RELEASING, ask=Ask.TRANSFER),
    (S.RELEASING, E.SENT, {"dispute_lost": True, **WHOLE}, S.CLAWED, CLAWED, Ask.REVERSE, (*SENT, Tell.CLAWED), None),
    (S.RELEASING, E.SENT, {}, S.RELEASED, NONE, None, SENT, None),
    (
        S.RELEASING, E.SEND_REFUSED, {"dispute_lost": True, **PART}, S.REFUNDING,
        {K.PAYABLE: 1800, K.BOUNTY_FEE: 200, K.DISPUTE: -500, K.REFUND_DUE: -1500}, Ask.REFUND_REST, (), None,
    ),
    (S.RELEASING, E.SEND_REFUSED, {"dispute_lost": True, **WHOLE}, S.LOST, LOST_ACCEPTED, None, (), None),
    quiet(S.RELEASING, E.SEND_REFUSED, S.DISPUTED, dispute_open=True),
    (S.RELEASING, E.SEND_REFUSED, {"netted": 300}, S.ACCEPTED, {K.PAYABLE: -300, K.DEBT: 300}, None, (), None),
]  # fmt: skip
RETURNING: list[Case] = [
    *(
        (state, E.REFUNDED, {}, S.REFUNDED, NONE, None, (Tell.REFUNDED,), None)
        for state in (S.REFUNDING, S.REFUND_STUCK)
    ),
    *(
        (state, E.REFUND_FAILED, {}, S.REFUND_STUCK, NONE, None, (Tell.REFUND_STUCK,), None)
        for state in (S.REFUNDING, S.REFUNDED)
    ),
    quiet(S.REFUND_STUCK, E.REFUND_AGAIN, S.REFUNDING, ask=Ask.REFUND),
]
DISPUTING: list[Case] = [
    *(
        quiet(state, E.DISPUTED, S.DISPUTED)
        for state in (S.ACTIVE, S.IN_REVIEW, S.CONTESTED, S.ACCEPTED, S.REFUNDING, S.REFUND_STUCK)
    ),
    *(
        quiet(state, event, state)
        for state in (S.RELEASING, S.RELEASED, S.REFUNDED)
        for event in (E.DISPUTED, E.DISPUTE_WON)
    ),
    quiet(S.RELEASING, E.DISPUTE_LOST, S.RELEASING),
    (S.RELEASED, E.DISPUTE_LOST, WHOLE, S.CLAWED, CLAWED, Ask.REVERSE, (Tell.CLAWED,), None),
    (S.REFUNDED, E.DISPUTE_LOST, WHOLE, S.REFUNDED, {K.LOSS: 2000, K.DISPUTE: -2000}, None, (), None),
    quiet(S.DISPUTED, E.DISPUTE_WON, S.IN_REVIEW, before=S.IN_REVIEW),
    (S.DISPUTED, E.REFUNDED, {"before": S.REFUNDING}, S.REFUNDED, NONE, None, (Tell.REFUNDED,), None),
    (S.DISPUTED, E.REFUND_FAILED, {"before": S.REFUNDING}, S.DISPUTED, NONE, None, (Tell.REFUND_STUCK,), None),
    (
        S.DISPUTED, E.DISPUTE_LOST, {"before": S.REFUNDING, **PART}, S.REFUND_STUCK,
        {K.REFUND_DUE: 500, K.DISPUTE: -500}, None, (Tell.REFUND_STUCK,), None,
    ),
    lost(S.REFUNDING, LOST_BACK, S.LOST, **WHOLE),
    lost(S.ACCEPTED, LOST_ACCEPTED, S.LOST, **WHOLE),
    lost(S.ACCEPTED, {K.PAYABLE: 1800, K.BOUNTY_FEE: 200, K.DISPUTE: -500, K.REFUND_DUE: -1500}, S.REFUNDING,
         Ask.REFUND_REST, **PART),
    *(lost(before, LOST, S.LOST, **WHOLE) for before in (S.ACTIVE, S.IN_REVIEW, S.CONTESTED)),
    lost(S.ACTIVE, {K.HELD: 2000, K.DISPUTE: -500, K.REFUND_DUE: -1500}, S.REFUNDING, Ask.REFUND_REST, **PART),
]  # fmt: skip
CASES = [*PAYING, *REVIEWING, *RELEASING, *RETURNING, *DISPUTING]
OWNERS = {K.HELD: "p", K.REFUND_DUE: "p", K.PAYABLE: "a", K.DEBT: "a", K.DISPUTE: "d"}


def summed(lines: tuple[Line, ...]) -> dict[K, int]:
    assert all(line.account.owner == OWNERS.get(line.account.kind, "") and line.currency == "USD" for line in lines)
    sums: dict[K, int] = {}
    for line in lines:
        sums[line.account.kind] = sums.get(line.account.kind, 0) + line.amount
    return sums


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}-{case[3]}")
def test_each_row_of_the_table(case: Case) -> None:
    state, event, known, after, lines, ask, tells, clock = case
    made = step(state, event, facts(**known))
    assert made is not None
    assert (made.next, summed(made.lines), made.ask, made.tells, made.clock) == (after, lines, ask, tells, clock)


def test_every_row_has_its_case() -> None:
    used = {id(row_for(case[0], case[1], facts(**case[2]))) for case in CASES}
    assert [row for row in TABLE if id(row) not in used] == []


def test_what_is_asked_for_is_what_is_left() -> None:
    assert amount_of(Ask.REFUND, facts()) == 2000
    assert amount_of(Ask.TRANSFER, facts(owed=300)) == 1500
    assert amount_of(Ask.REFUND_REST, facts(disputed=500)) == 1500
    assert amount_of(Ask.REVERSE, facts(disputed=2000, netted=300)) == 1500


def test_a_dispute_remembers_where_the_pledge_was() -> None:
    disputed = step(S.CONTESTED, E.DISPUTED, facts())
    refused = step(S.RELEASING, E.SEND_REFUSED, facts(dispute_open=True))
    failed = step(S.DISPUTED, E.REFUND_FAILED, facts(before=S.REFUNDING))
    assert [made.before for made in (disputed, refused, failed) if made] == [S.CONTESTED, S.ACCEPTED, S.REFUND_STUCK]


class Walk:
    """A pledge, its accounts, and a bank and a provider that do what they are asked."""

    def __init__(self) -> None:
        self.state = S.AWAITING_PAYMENT
        self.before: S | None = None
        self.accounts: dict[K, int] = {}
        self.netted = 0
        self.paid = self.sent = False
        self.disputed: str | None = None

    def book(self, **amounts: int) -> None:
        for name, amount in amounts.items():
            kind = K[name]
            self.accounts[kind] = self.accounts.get(kind, 0) + amount

    def facts(self, draws: dict[str, Any]) -> Facts:
        return facts(
            **{**draws, "netted": self.netted, "before": self.before, "disputed": 2000 if self.disputed else 0},
            dispute_open=self.disputed == "open",
            dispute_lost=self.disputed == "lost",
            owed=max(0, self.accounts.get(K.DEBT, 0)),
        )

    def happens(self, event: E, draws: dict[str, Any]) -> None:
        if not self._prepare(event):
            return
        known = self.facts(draws)
        made = step(self.state, event, known)
        if made is None:
            return
        assert sum(line.amount for line in made.lines) == 0
        for line in made.lines:
            self.book(**{line.account.kind.name: line.amount})
        if made.ask is Ask.TRANSFER:
            self.netted = known.offset
        elif event is E.SEND_REFUSED:
            self.netted = 0
        if event is E.SENT:
            self.sent = True
            self.book(PAYABLE=1800 - self.netted, STRIPE=self.netted - 1800)
        if event is E.REFUNDED:
            self.book(REFUND_DUE=2000, STRIPE=-2000)
        if event is E.REFUND_FAILED and self.state is S.REFUNDED:
            self.book(REFUND_DUE=-2000, STRIPE=2000)
        self.state, self.before = made.next, made.before
        self.check()

    def _prepare(self, event: E) -> bool:
        """What the bank and the provider do before we hear of it; False: they do not."""
        if event is E.PAID:
            if self.paid:
                return False
            self.paid = True
            self.book(STRIPE=1900, STRIPE_FEE=100, HELD=-2000)
        if event is E.DISPUTED:
            if not self.paid or self.disputed is not None or self.state is S.REFUNDED:
                return False
            self.disputed = "open"
            self.book(DISPUTE=2000, STRIPE=-2000)
        if event in (E.DISPUTE_WON, E.DISPUTE_LOST):
            if self.disputed != "open":
                return False
            self.disputed = "won" if event is E.DISPUTE_WON else "lost"
            if event is E.DISPUTE_WON:
                self.book(DISPUTE=-2000, STRIPE=2000)
        # A provider refunds nothing that is disputed, and nothing twice.
        return not (event in (E.REFUNDED, E.REFUND_FAILED) and (self.disputed in ("open", "lost")))

    def check(self) -> None:
        owed = {kind: -self.accounts.get(kind, 0) for kind in (K.HELD, K.PAYABLE, K.REFUND_DUE)}
        assert all(amount >= 0 for amount in owed.values()), (self.state, owed)
        assert self.accounts.get(K.BOUNTY_FEE, 0) in (0, -200)
        if self.state in (S.ACTIVE, S.IN_REVIEW, S.CONTESTED):
            assert owed[K.HELD] == 2000
        if self.state in ENDS:
            assert not any(owed.values()), (self.state, owed)
        if self.state is S.REFUNDED:
            assert self.accounts.get(K.BOUNTY_FEE, 0) == 0
        if self.state not in (S.ACCEPTED, S.RELEASING, S.RELEASED, S.DISPUTED):
            # Nothing that was held became income of the site.
            assert self.accounts.get(K.BOUNTY_FEE, 0) == 0


# The bank's doing leads out of an end; nothing that people or time do does.
_BY_BANK = {E.PAID, E.REFUND_FAILED, E.DISPUTED, E.DISPUTE_WON, E.DISPUTE_LOST}
DRAWS = st.fixed_dictionaries({"waiting": st.booleans(), "over": st.booleans()})


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(E)), DRAWS), max_size=60))
def test_walks_keep_every_account_and_end_for_good(events: list[tuple[E, dict[str, Any]]]) -> None:
    walk = Walk()
    walk.happens(E.PAID, {"waiting": False, "over": False})
    for event, draws in events:
        before = walk.state
        walk.happens(event, draws)
        if before in ENDS and event not in _BY_BANK:
            assert walk.state is before
