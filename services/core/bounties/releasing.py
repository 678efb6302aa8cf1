"""Sending accepted money to its artist: when it may, what keeps it, and when it goes back instead."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.contracts.bounties import PledgeState
from services.core.bounties import asking, clocks, telling
from services.core.bounties.events import PledgeEvent
from services.core.bounties.models import Pledge
from services.core.bounties.moving import move
from services.core.bounties.repository import Scene
from services.core.kit.database import ReadSession, WriteSession
from services.core.ledger.currencies import POINTS
from services.core.payments.models import PaymentOrder, PayoutAccount, PayoutState
from services.core.payments.settings import PaymentSettings


async def release(session: WriteSession, scene: Scene, settings: PaymentSettings, now: datetime) -> None:
    """Begin the transfer if nothing keeps it; else warn the artist, or give the money back in time."""
    pledge = scene.pledge
    if await _is_of_one_card(session, pledge):
        await move(session, scene, PledgeEvent.SELF_DEALING, settings, now)
        return
    kept = await what_keeps(session, pledge, settings, now)
    if kept is None:
        await move(session, scene, PledgeEvent.RELEASED, settings, now)
        return
    give_up_at = clocks.give_up_at(pledge)
    if kept != "early" and give_up_at is not None and give_up_at <= now:
        await move(session, scene, PledgeEvent.OVERDUE, settings, now)
        return
    if kept in ("no_account", "not_ready", "country"):
        since = pledge.accepted_at or now
        past = [each.days for each in clocks.WARNINGS if since + each <= now]
        if past:
            await telling.warn_artist(session, pledge, past[-1])
    pledge.due_at = now + clocks.AGAIN


@dataclass(frozen=True, slots=True)
class Known:
    """What a release depends on and the provider knows better: the payment, and the account of the artist."""

    payment_id: str | None
    account_id: str | None


async def to_fetch(session: ReadSession, pledge_id: UUID, now: datetime) -> Known | None:
    """What is to be fetched before the pledge's time is looked at; None where nothing is to be sent."""
    pledge = await session.get(Pledge, pledge_id)
    if pledge is None or pledge.state != PledgeState.ACCEPTED or pledge.currency == POINTS:
        return None
    if pledge.due_at is None or pledge.due_at > now:
        return None
    paid = await asking.paid_order(session, pledge_id)
    account = await session.get(PayoutAccount, pledge.artist_id)
    return Known(paid.payment_id if paid else None, account.account_id if account else None)


async def what_keeps(session: ReadSession, pledge: Pledge, settings: PaymentSettings, now: datetime) -> str | None:
    """Why an accepted pledge is not sent yet, or None."""
    if pledge.state != PledgeState.ACCEPTED or pledge.paid_at is None:
        return "not_accepted"
    if not settings.releases_open:
        return "releases_closed"
    if pledge.currency == POINTS:
        return None
    if now < pledge.paid_at + timedelta(days=settings.release_days):
        return "early"
    if pledge.dispute_open:
        return "dispute"
    paid = await asking.paid_order(session, pledge.id)
    if paid is None or paid.warned_at is not None:
        return "payment"
    return await recipient_problem(session, pledge.artist_id, settings)


async def _is_of_one_card(session: ReadSession, pledge: Pledge) -> bool:
    """Whether the artist has paid something by the card that paid this pledge."""
    paid = await asking.paid_order(session, pledge.id) if pledge.currency != POINTS else None
    if paid is None or paid.fingerprint is None:
        return False
    same = col(PaymentOrder.user_id) == pledge.artist_id, col(PaymentOrder.fingerprint) == paid.fingerprint
    return await session.scalar(select(col(PaymentOrder.id)).where(*same).limit(1)) is not None


async def recipient_problem(session: ReadSession, user_id: UUID | None, settings: PaymentSettings) -> str | None:
    """Why the artist cannot be paid, as last fetched, or None."""
    account = await session.get(PayoutAccount, user_id, populate_existing=True)
    if account is None:
        return "no_account"
    if account.country not in settings.payable_countries:
        return "country"
    return None if account.state == PayoutState.READY else "not_ready"
