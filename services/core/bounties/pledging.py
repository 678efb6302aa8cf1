"""Pledging on a desire, and taking a pledge back.

Whoever pledges sees what keeps them from it before (`refusal`): the same rules, in the same order. A key pledges within
its limits (allowing.py). A person's pledges wait for one another, so that the sums hold for requests at once. In points
a pledge is paid at once; money is paid on the provider's page (paying.py).
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, text
from sqlmodel import col

from services.contracts.bounties import PledgeState, ReturnReason
from services.core.accounts.service import current_user, hold_active
from services.core.bounties import allowing, points, repository
from services.core.bounties.errors import (
    AccountTooNewError,
    AmountError,
    BountyFullError,
    InReviewError,
    NotEnoughPointsError,
    PledgeDecidedError,
    PledgeLimitError,
    PledgesClosedError,
    PledgingBlockedError,
    SelfDealingError,
    TooManyWithdrawalsError,
)
from services.core.bounties.events import PledgeEvent
from services.core.bounties.machine import BOUNTY
from services.core.bounties.models import Pledge, PledgeMove
from services.core.bounties.moving import MOST_ON_A_DESIRE, Said, move
from services.core.bounties.schemas import PledgeCreate
from services.core.bounties.terms import VERSION
from services.core.desires import repository as desires
from services.core.desires.grouping import NotOpenError
from services.core.desires.models import Desire
from services.core.identity.caller import Caller
from services.core.identity.errors import AddressUnverifiedError
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import FractafragError, NotFoundError
from services.core.ledger.currencies import in_words, is_chargeable, share
from services.core.payments.capabilities import require_provider
from services.core.payments.settings import PaymentSettings

_MONTH = timedelta(days=30)
_OPEN = (*BOUNTY, PledgeState.AWAITING_PAYMENT)


async def create(
    session: WriteSession, caller: Caller, desire_id: str, new: PledgeCreate, settings: PaymentSettings, now: datetime
) -> Pledge:
    """A new pledge. Raises `NotFoundError` and what is in errors.py."""
    require_provider(settings)
    await hold_active(session, caller.user_id)
    await desires.visible(session, caller, desire_id)
    await _take_turns(session, caller.user_id)
    desire = await repository.locked_desire(session, desire_id, caller.user_id)
    if desire is None:
        raise NotFoundError
    refused = await refusal(session, caller, desire, settings, now)
    if refused is not None:
        raise refused
    await _check_amount(session, caller.user_id, new, settings)
    pledge = _made(caller, desire, new, settings, now)
    if caller.key_id is not None:
        await allowing.spend(session, caller.key_id, pledge.amount, pledge.currency, now)
    session.add(pledge)
    await session.flush()
    made = PledgeMove(pledge_id=pledge.id, number=0, event="created", state=pledge.state, by_id=caller.user_id)
    made.at = now
    session.add(made)
    await session.flush()
    if not settings.takes_money:
        await _pay_in_points(session, pledge, settings, now)
    return pledge


async def refusal(
    session: ReadSession, caller: Caller, desire: Desire, settings: PaymentSettings, now: datetime
) -> FractafragError | None:
    """What keeps the caller from pledging anything on the desire, or None."""
    user = await current_user(session, caller.user_id)
    if not settings.pledges_open:
        return PledgesClosedError()
    # Real money asks for a confirmed address even where the site does not.
    if caller.held_back or (settings.livemode and user.email_verified_at is None):
        return AddressUnverifiedError()
    if settings.takes_money and user.created_at > now - timedelta(days=settings.account_days):
        return AccountTooNewError(user.created_at + timedelta(days=settings.account_days))
    if await repository.is_closed(session, desire):
        return NotOpenError(desire)
    if any(each.author_id == user.id for each in await repository.standing(session, desire)):
        return SelfDealingError()
    if await repository.count_counted(session, desire.id) >= MOST_ON_A_DESIRE:
        return BountyFullError()
    return await _by_past(session, user.id, settings, now)


async def _by_past(
    session: ReadSession, user_id: UUID, settings: PaymentSettings, now: datetime
) -> FractafragError | None:
    mine = col(Pledge.pledger_id) == user_id
    withdrawn = (col(Pledge.reason) == ReturnReason.WITHDRAWN) & (col(Pledge.moved_at) > now - _MONTH)
    counts = select(
        func.count().filter(col(Pledge.dispute_lost)),
        func.count().filter(withdrawn, col(Pledge.paid_at).is_not(None)),
        func.count().filter(col(Pledge.state).in_(_OPEN)),
    ).where(mine)
    lost, taken_back, open_ones = (await session.execute(counts)).one()
    if lost:
        return PledgingBlockedError()
    if settings.takes_money and taken_back > settings.withdrawals_per_month:
        return TooManyWithdrawalsError()
    if open_ones >= settings.open_pledges:
        return PledgeLimitError(f"You have {open_ones} open pledges, and may have {settings.open_pledges}")
    return None


async def withdraw(
    session: WriteSession, caller: Caller, pledge_id: UUID, settings: PaymentSettings, now: datetime
) -> Pledge:
    """Take one's own pledge back, unless a work waits. Doing it twice changes nothing."""
    scene = await repository.scene(session, pledge_id)
    pledge = scene.pledge
    if pledge.pledger_id != caller.user_id:
        raise NotFoundError("There is no such pledge")
    if pledge.reason == ReturnReason.WITHDRAWN:
        return pledge
    if pledge.state == PledgeState.ACTIVE and scene.answers:
        # Its job has not run yet.
        raise InReviewError(now + timedelta(days=settings.review_days))
    if pledge.state in (PledgeState.IN_REVIEW, PledgeState.CONTESTED):
        raise InReviewError(pledge.contest_until if pledge.state == PledgeState.CONTESTED else pledge.review_until)
    if not await move(session, scene, PledgeEvent.WITHDRAWN, settings, now, Said(by=caller.user_id)):
        raise PledgeDecidedError(pledge.state)
    return pledge


async def _check_amount(session: ReadSession, user_id: UUID, new: PledgeCreate, settings: PaymentSettings) -> None:
    least, most, in_all = settings.bounds()
    if new.currency != settings.unit:
        raise AmountError(f"Pledges are in {settings.unit} here")
    if not least <= new.amount <= most or not is_chargeable(new.amount, new.currency):
        raise AmountError(f"A pledge is between {in_words(least, new.currency)} and {in_words(most, new.currency)}")
    statement = select(func.coalesce(func.sum(col(Pledge.amount)), 0)).where(
        col(Pledge.pledger_id) == user_id, col(Pledge.state).in_(_OPEN), col(Pledge.currency) == new.currency
    )
    pledged = int(await session.scalar(statement) or 0)
    if pledged + new.amount > in_all:
        raise PledgeLimitError(f"Your open pledges may be {in_words(in_all, new.currency)} together")


def _made(caller: Caller, desire: Desire, new: PledgeCreate, settings: PaymentSettings, now: datetime) -> Pledge:
    percent = settings.fee_percent if settings.takes_money else 0
    return Pledge(
        desire_id=desire.id,
        pledger_id=caller.user_id,
        key_id=caller.key_id,
        prompt=desire.prompt,
        amount=new.amount,
        currency=new.currency,
        fee=share(new.amount, percent, new.currency),
        fee_percent=percent,
        terms_version=VERSION,
        created_at=now,
        moved_at=now,
        due_at=now + timedelta(hours=24),
    )


async def _pay_in_points(session: WriteSession, pledge: Pledge, settings: PaymentSettings, now: datetime) -> None:
    await points.give(session, pledge.pledger_id, settings.thanks_per_month, now)
    left = await points.own(session, pledge.pledger_id)
    if left < pledge.amount:
        raise NotEnoughPointsError(left)
    await points.pay(session, pledge, now)
    scene = await repository.scene(session, pledge.id)
    await move(session, scene, PledgeEvent.PAID, settings, now)


async def _take_turns(session: WriteSession, user_id: UUID) -> None:
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('pledges of ' || :user, 0))"), {"user": str(user_id)}
    )
