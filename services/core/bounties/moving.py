"""Applying a step of the machine to a pledge under lock (repository.scene), in one transaction.

State, history, the ledger's lines, what the provider is asked and what people are told stand and fall together. In
points there is nobody to ask, so what the provider would do is done at once, and its answer is the next event.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.contracts.bounties import PledgeState, ReturnReason
from services.core.bounties import asking, clocks, points, telling
from services.core.bounties.events import PledgeEvent
from services.core.bounties.facts import Facts
from services.core.bounties.machine import Ask, Clock, Step, amount_of, step
from services.core.bounties.models import Pledge, PledgeMove
from services.core.bounties.repository import Answer, Scene, count_counted
from services.core.kit.database import ReadSession, WriteSession
from services.core.ledger.currencies import POINTS
from services.core.ledger.models import AccountKind
from services.core.ledger.posting import Account, Posting, post
from services.core.ledger.reading import balance_of
from services.core.payments.settings import PaymentSettings

# One transfer for each, and all of them at one acceptance.
MOST_ON_A_DESIRE = 200

_REASONS = {
    PledgeEvent.WITHDRAWN: ReturnReason.WITHDRAWN,
    PledgeEvent.EXPIRED: ReturnReason.EXPIRED,
    PledgeEvent.CLOSED: ReturnReason.CLOSED,
    PledgeEvent.ANSWER_GONE: ReturnReason.CLOSED,
    PledgeEvent.SELF_DEALING: ReturnReason.SELF_DEALING,
    PledgeEvent.WARNED: ReturnReason.FRAUD_WARNING,
    PledgeEvent.DECIDED_RETURN: ReturnReason.DECIDED,
    PledgeEvent.UNDECIDED: ReturnReason.UNDECIDED,
    PledgeEvent.OVERDUE: ReturnReason.UNPAYABLE,
}


@dataclass(frozen=True, slots=True)
class Said:
    """Who made an event happen, with which words, which answer it is about, and when it was paid."""

    by: UUID | None = None
    reason: str = ""
    answer: Answer | None = None
    paid_at: datetime | None = None


NOBODY = Said()


async def move(
    session: WriteSession,
    scene: Scene,
    event: PledgeEvent,
    settings: PaymentSettings,
    now: datetime,
    said: Said = NOBODY,
) -> bool:
    """Do what follows of `event`; whether anything does."""
    pledge = scene.pledge
    if said.answer is not None:
        pledge.answer_id, pledge.artist_id = said.answer.id, said.answer.author_id
    facts = await facts_of(session, scene, now)
    made = step(pledge.state, event, facts)
    if made is None:
        return False
    if event is PledgeEvent.PAID:
        _pay(pledge, said.paid_at or now, settings)
    _write(scene, event, made, facts, settings, now)
    session.add(
        PledgeMove(
            pledge_id=pledge.id, number=pledge.moves, at=now, event=event, state=made.next, by_id=said.by,
            reason=said.reason,
        )
    )  # fmt: skip
    await session.flush()
    if made.lines:
        name = f"pledge:{pledge.id}:{pledge.moves}:{event}"
        await post(session, Posting(kind=f"pledge_{event}", external_id=name, lines=made.lines, occurred_at=now))
    if made.ask is not None:
        await _ask(session, pledge, made.ask, facts, now)
    await telling.tell_all(session, scene, made.tells, said.reason)
    await _go_on(session, scene, made, settings, now)
    return True


async def facts_of(session: ReadSession, scene: Scene, now: datetime) -> Facts:
    """What the machine has to know of the pledge."""
    pledge, artist = scene.pledge, str(scene.pledge.artist_id or "")
    owed = 0
    if pledge.state in (PledgeState.ACCEPTED, PledgeState.RELEASING):
        owed = await balance_of(session, Account(AccountKind.DEBT, artist), pledge.currency)
    is_over = scene.is_closed or (pledge.expires_at is not None and pledge.expires_at <= now)
    return Facts(
        pledge=str(pledge.id),
        amount=pledge.amount,
        fee=pledge.fee,
        currency=pledge.currency,
        artist=artist,
        waiting=bool(scene.answers),
        unwanted=await _unwanted(session, scene),
        over=is_over,
        owed=owed,
        netted=pledge.netted,
        dispute=pledge.dispute_id or "",
        disputed=min(pledge.disputed, pledge.amount),
        dispute_open=pledge.dispute_open,
        dispute_lost=pledge.dispute_lost,
        before=pledge.before,
    )


async def _unwanted(session: ReadSession, scene: Scene) -> ReturnReason | None:
    """Why money that comes now goes back at once."""
    if scene.pledge.state not in (PledgeState.AWAITING_PAYMENT, PledgeState.VOID):
        return None
    if scene.pledge.reason == ReturnReason.WITHDRAWN:
        return ReturnReason.WITHDRAWN
    if scene.is_closed:
        return ReturnReason.CLOSED
    if scene.answered:
        return ReturnReason.SELF_DEALING
    if await count_counted(session, scene.pledge.desire_id) >= MOST_ON_A_DESIRE:
        return ReturnReason.FULL
    return None


def _pay(pledge: Pledge, paid_at: datetime, settings: PaymentSettings) -> None:
    pledge.paid_at, pledge.hold_until = paid_at, paid_at + clocks.HOLD
    pledge.expires_at = paid_at + timedelta(days=settings.expiry_days)


def _write(
    scene: Scene, event: PledgeEvent, made: Step, facts: Facts, settings: PaymentSettings, now: datetime
) -> None:
    pledge = scene.pledge
    if made.next in (PledgeState.REFUNDING, PledgeState.VOID):
        is_late = event is PledgeEvent.ANSWER_GONE and not scene.is_closed
        late = ReturnReason.EXPIRED if is_late else _REASONS.get(event)
        pledge.reason = facts.unwanted or late or pledge.reason
    if event is PledgeEvent.RELEASED:
        pledge.netted = facts.offset
    elif event is PledgeEvent.SEND_REFUSED:
        pledge.netted = 0
    if made.next == PledgeState.ACCEPTED and pledge.state != PledgeState.RELEASING:
        pledge.accepted_at = now
    pledge.state, pledge.before, pledge.moved_at = made.next, made.before, now
    pledge.moves += 1
    _start(scene, event, made.clock, settings, now)
    pledge.due_at = clocks.due_at(pledge, now, release_days=settings.release_days)
    if event is PledgeEvent.SEND_REFUSED and pledge.due_at is not None:
        pledge.due_at = max(pledge.due_at, now + clocks.AFTER_REFUSAL)


def _start(scene: Scene, event: PledgeEvent, clock: Clock | None, settings: PaymentSettings, now: datetime) -> None:
    """Begin the time of a step; with a review, the first answer is the one that the pledge waits for."""
    pledge, paid_at = scene.pledge, scene.pledge.paid_at or now
    if clock is Clock.REVIEW:
        first = scene.answers[0]
        pledge.answer_id, pledge.artist_id, pledge.owner_accepted_at = first.id, first.author_id, None
        pledge.review_since, pledge.review_until = now, clocks.review_until(now, paid_at, settings.review_days)
    elif clock is Clock.OWNER:
        pledge.owner_accepted_at = now
        pledge.review_until = min(pledge.review_until or now, now + clocks.OWNER_ACCEPTED)
    elif clock is Clock.CONTEST:
        pledge.contest_until = clocks.contest_until(now, paid_at, settings.contest_days)
    elif clock is Clock.EXPIRY:
        pledge.answer_id = pledge.artist_id = pledge.review_since = pledge.review_until = None


async def _ask(session: WriteSession, pledge: Pledge, ask: Ask, facts: Facts, now: datetime) -> None:
    amount = amount_of(ask, facts)
    if pledge.currency != POINTS:
        await asking.ask_provider(session, pledge, ask, amount)
    elif ask is Ask.REFUND:
        await points.give_back(session, pledge, amount, now)
    elif ask is Ask.TRANSFER:
        await points.hand_over(session, pledge, amount, now)


async def _go_on(session: WriteSession, scene: Scene, made: Step, settings: PaymentSettings, now: datetime) -> None:
    """What follows at once: in points, all that the provider would do."""
    if scene.pledge.currency != POINTS:
        return
    following = {
        PledgeState.ACCEPTED: PledgeEvent.RELEASED,
        PledgeState.RELEASING: PledgeEvent.SENT,
        PledgeState.REFUNDING: PledgeEvent.REFUNDED,
    }
    event = following.get(made.next)
    if event is not None and (event is not PledgeEvent.RELEASED or settings.releases_open):
        await move(session, scene, event, settings, now)
