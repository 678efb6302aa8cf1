"""The machine of a pledge as one table: what may happen in which state, and what follows. Pure; time is in the events.

    step(state, event, facts) -> Step | None

The first row of `TABLE` that fits decides; None: nothing follows, because the event is late, doubled, or means nothing
there. A step names the next state, the ledger's lines, what the provider is asked, whom to tell, and which clock
starts (clocks.py). moving.py applies it in one transaction. `released`, `clawed`, `lost`, `refunded` and `void` are
ends: what still leads out of one is money that moves by itself at the bank (a late payment, a refund that fails later,
a dispute).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from services.contracts.bounties import PledgeState as S
from services.core.bounties import lines
from services.core.bounties.events import PledgeEvent as E
from services.core.bounties.facts import Facts
from services.core.ledger.posting import Line


class Ask(StrEnum):
    """What the provider is asked to do; amounts are in `amount_of`."""

    END_CHECKOUT = "end_checkout"
    REFUND = "refund"
    REFUND_REST = "refund_rest"
    TRANSFER = "transfer"
    REVERSE = "reverse"


class Tell(StrEnum):
    """Who is told what (notices.py)."""

    PAID = "paid"
    WAITING = "waiting"
    RETURNED = "returned"
    REFUNDED = "refunded"
    REFUND_STUCK = "refund_stuck"
    ACCEPTED = "accepted"
    CONTESTED = "contested"
    DECIDED = "decided"
    SENT = "sent"
    UNPAYABLE = "unpayable"
    CLAWED = "clawed"


class Clock(StrEnum):
    """The time that begins with a step."""

    EXPIRY = "expiry"
    REVIEW = "review"
    OWNER = "owner"
    CONTEST = "contest"


Test = Callable[[Facts], bool]
Lines = Callable[[Facts], tuple[Line, ...]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table. `next` None: back to where the pledge was before the dispute; `keep`: the state stays."""

    states: tuple[S, ...]
    event: E
    next: S | None
    lines: Lines | None = None
    ask: Ask | None = None
    tells: tuple[Tell, ...] = ()
    clock: Clock | None = None
    when: Test | None = None
    keep: bool = False
    before: S | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What follows. `before`: where the pledge was, for one that is disputed now."""

    next: S
    lines: tuple[Line, ...] = ()
    ask: Ask | None = None
    tells: tuple[Tell, ...] = ()
    clock: Clock | None = None
    before: S | None = None


def _unwanted(facts: Facts) -> bool:
    return facts.unwanted is not None


def _waits(facts: Facts) -> bool:
    return facts.waiting


def _over(facts: Facts) -> bool:
    return facts.over


def _covers(facts: Facts) -> bool:
    return facts.net > 0 and facts.offset == facts.net


def _worthless(facts: Facts) -> bool:
    return facts.net == 0


def _owes(facts: Facts) -> bool:
    return facts.offset > 0


def _lost(facts: Facts) -> bool:
    return facts.dispute_lost


def _open(facts: Facts) -> bool:
    return facts.dispute_open


def _all_of(*tests: Test) -> Test:
    return lambda facts: all(test(facts) for test in tests)


def _before(*states: S) -> Test:
    return lambda facts: facts.before in states


def _part(facts: Facts) -> bool:
    return facts.disputed < facts.amount


_UNPAID = (S.AWAITING_PAYMENT, S.VOID)
_REVIEWED = (S.IN_REVIEW, S.CONTESTED)
_HELD = (S.ACTIVE, *_REVIEWED)
_RETURNING = (S.REFUNDING, S.REFUND_STUCK)


def _back(states: tuple[S, ...], event: E, when: Test | None = None) -> Row:
    """What is held goes back to the pledger."""
    return Row(states, event, S.REFUNDING, lines.returned, Ask.REFUND, (Tell.RETURNED,), when=when)


def _unpaid(event: E) -> Row:
    """What was accepted goes back to the pledger."""
    told = (Tell.RETURNED, Tell.UNPAYABLE)
    return Row((S.ACCEPTED,), event, S.REFUNDING, lines.unpaid, Ask.REFUND, told)


def _paying() -> Iterator[Row]:
    yield _back(_UNPAID, E.PAID, _unwanted)
    told = (Tell.PAID, Tell.WAITING)
    yield Row(_UNPAID, E.PAID, S.IN_REVIEW, tells=told, clock=Clock.REVIEW, when=_waits)
    yield Row(_UNPAID, E.PAID, S.ACTIVE, tells=(Tell.PAID,), clock=Clock.EXPIRY)
    yield Row((S.AWAITING_PAYMENT,), E.CHECKOUT_ENDED, S.VOID)
    for event in (E.WITHDRAWN, E.CLOSED):
        yield Row((S.AWAITING_PAYMENT,), event, S.VOID, ask=Ask.END_CHECKOUT)


def _reviewing() -> Iterator[Row]:
    for event in (E.WITHDRAWN, E.EXPIRED, E.CLOSED, E.SELF_DEALING):
        yield _back((S.ACTIVE,), event)
    yield Row((S.ACTIVE,), E.ANSWERED, S.IN_REVIEW, tells=(Tell.WAITING,), clock=Clock.REVIEW)
    yield Row(_REVIEWED, E.ANSWER_GONE, S.IN_REVIEW, tells=(Tell.WAITING,), clock=Clock.REVIEW, when=_waits)
    yield _back(_REVIEWED, E.ANSWER_GONE, _over)
    yield Row(_REVIEWED, E.ANSWER_GONE, S.ACTIVE, clock=Clock.EXPIRY)
    for event in (E.ACCEPTED, E.SILENT):
        yield Row((S.IN_REVIEW,), event, S.ACCEPTED, lines=lines.accepted, tells=(Tell.ACCEPTED,))
    yield Row((S.IN_REVIEW,), E.OWNER_ACCEPTED, S.IN_REVIEW, tells=(Tell.WAITING,), clock=Clock.OWNER)
    yield Row((S.IN_REVIEW,), E.OBJECTED, S.CONTESTED, tells=(Tell.CONTESTED,), clock=Clock.CONTEST)
    yield Row((S.CONTESTED,), E.ACCEPTED, S.ACCEPTED, lines=lines.accepted, tells=(Tell.ACCEPTED,))
    told = (Tell.DECIDED, Tell.ACCEPTED)
    yield Row((S.CONTESTED,), E.DECIDED_PAY, S.ACCEPTED, lines=lines.accepted, tells=told)
    told = (Tell.DECIDED, Tell.RETURNED)
    for event in (E.DECIDED_RETURN, E.UNDECIDED):
        yield Row((S.CONTESTED,), event, S.REFUNDING, lines=lines.returned, ask=Ask.REFUND, tells=told)


def _releasing() -> Iterator[Row]:
    yield _back(_HELD, E.WARNED)
    for event in (E.WARNED, E.OVERDUE, E.SELF_DEALING):
        yield _unpaid(event)
    told, clock = (Tell.CONTESTED,), Clock.CONTEST
    yield Row((S.ACCEPTED,), E.WORK_GONE, S.CONTESTED, lines=lines.reopened, tells=told, clock=clock)
    yield Row((S.ACCEPTED,), E.RELEASED, S.RELEASED, tells=(Tell.SENT,), when=_worthless)
    yield Row((S.ACCEPTED,), E.RELEASED, S.RELEASED, lines=lines.netted, tells=(Tell.SENT,), when=_covers)
    yield Row((S.ACCEPTED,), E.RELEASED, S.RELEASING, lines=lines.netted, ask=Ask.TRANSFER, when=_owes)
    yield Row((S.ACCEPTED,), E.RELEASED, S.RELEASING, ask=Ask.TRANSFER)
    clawed = (Tell.SENT, Tell.CLAWED)
    yield Row((S.RELEASING,), E.SENT, S.CLAWED, lines=lines.clawed, ask=Ask.REVERSE, tells=clawed, when=_lost)
    yield Row((S.RELEASING,), E.SENT, S.RELEASED, tells=(Tell.SENT,))
    # What paid a debt meanwhile is owed again: it is as if the release had never been begun.
    part = _all_of(_lost, _part)
    rest, again = Ask.REFUND_REST, lines.not_netted
    yield Row((S.RELEASING,), E.SEND_REFUSED, S.REFUNDING, lines=lines.lost_releasing, ask=rest, when=part)
    yield Row((S.RELEASING,), E.SEND_REFUSED, S.LOST, lines=lines.lost_releasing, when=_lost)
    yield Row((S.RELEASING,), E.SEND_REFUSED, S.DISPUTED, lines=again, when=_open, before=S.ACCEPTED)
    yield Row((S.RELEASING,), E.SEND_REFUSED, S.ACCEPTED, lines=again)


def _returning() -> Iterator[Row]:
    yield Row(_RETURNING, E.REFUNDED, S.REFUNDED, tells=(Tell.REFUNDED,))
    yield Row((S.REFUNDING, S.REFUNDED), E.REFUND_FAILED, S.REFUND_STUCK, tells=(Tell.REFUND_STUCK,))
    yield Row((S.REFUND_STUCK,), E.REFUND_AGAIN, S.REFUNDING, ask=Ask.REFUND)


def _disputing() -> Iterator[Row]:
    yield Row((*_HELD, S.ACCEPTED, *_RETURNING), E.DISPUTED, S.DISPUTED)
    # The transfer is on its way or done: it is noted, and what follows, follows when the dispute is decided.
    for event in (E.DISPUTED, E.DISPUTE_WON):
        yield Row((S.RELEASING, S.RELEASED, S.REFUNDED), event, None, keep=True)
    yield Row((S.RELEASING,), E.DISPUTE_LOST, None, keep=True)
    yield Row((S.RELEASED,), E.DISPUTE_LOST, S.CLAWED, lines=lines.clawed, ask=Ask.REVERSE, tells=(Tell.CLAWED,))
    yield Row((S.REFUNDED,), E.DISPUTE_LOST, S.REFUNDED, lines=lines.lost_for_good)
    yield Row((S.DISPUTED,), E.DISPUTE_WON, None)
    returning = _before(*_RETURNING)
    yield Row((S.DISPUTED,), E.REFUNDED, S.REFUNDED, tells=(Tell.REFUNDED,), when=returning)
    stuck = (Tell.REFUND_STUCK,)
    yield Row((S.DISPUTED,), E.REFUND_FAILED, S.DISPUTED, tells=stuck, when=returning, before=S.REFUND_STUCK)
    part = _all_of(returning, _part)
    yield Row((S.DISPUTED,), E.DISPUTE_LOST, S.REFUND_STUCK, lines=lines.lost_returning, tells=stuck, when=part)
    yield Row((S.DISPUTED,), E.DISPUTE_LOST, S.LOST, lines=lines.lost_returning, when=returning)
    for before, how in ((_before(S.ACCEPTED), lines.lost_accepted), (_before(*_HELD), lines.lost)):
        rest = _all_of(before, _part)
        yield Row((S.DISPUTED,), E.DISPUTE_LOST, S.REFUNDING, lines=how, ask=Ask.REFUND_REST, when=rest)
        yield Row((S.DISPUTED,), E.DISPUTE_LOST, S.LOST, lines=how, when=before)


TABLE: tuple[Row, ...] = (*_paying(), *_reviewing(), *_releasing(), *_returning(), *_disputing())
BOUNTY = frozenset({S.ACTIVE, S.IN_REVIEW, S.CONTESTED})
"""The pledges that a bounty is the sum of."""
ENDS = frozenset({S.VOID, S.RELEASED, S.CLAWED, S.LOST, S.REFUNDED})


def row_for(state: S, event: E, facts: Facts) -> Row | None:
    """The row of the table that decides."""
    fitting = (row for row in TABLE if state in row.states and row.event == event)
    return next((row for row in fitting if row.when is None or row.when(facts)), None)


def step(state: S, event: E, facts: Facts) -> Step | None:
    """What follows of `event` in `state`, or None."""
    row = row_for(state, event, facts)
    if row is None:
        return None
    after = state if row.keep else row.next or facts.before
    if after is None:
        return None
    before = (row.before or state) if after == S.DISPUTED else None
    posted = row.lines(facts) if row.lines is not None else ()
    return Step(after, posted, row.ask, row.tells, row.clock, before)


def amount_of(ask: Ask, facts: Facts) -> int:
    """How much is asked for."""
    if ask is Ask.TRANSFER:
        return facts.net - facts.offset
    if ask is Ask.REVERSE:
        return min(facts.disputed - facts.fee_back, facts.net - facts.netted)
    if ask is Ask.REFUND_REST:
        return facts.amount - facts.disputed
    return facts.amount
