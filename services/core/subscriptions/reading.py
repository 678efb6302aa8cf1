"""What is for sale, what one has, and one's invoices. All of it is ours or mirrored: nothing asks the provider."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.contracts.subscriptions import (
    Attention,
    InvoiceSummary,
    MySubscription,
    Offer,
    SubscriptionPublic,
    SubscriptionState,
)
from services.core.accounts.models import Plan
from services.core.entitlements.service import plan_of
from services.core.kit.database import ReadSession
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now
from services.core.ledger.currencies import currency_of
from services.core.payments.models import PaymentInvoice
from services.core.subscriptions.models import Subscription
from services.core.subscriptions.settings import SubscriptionSettings

MOST_INVOICES = 100
LIVE = (SubscriptionState.ACTIVE, SubscriptionState.ENDING, SubscriptionState.PAST_DUE)


def offers(settings: SubscriptionSettings) -> list[Offer]:
    """What is for sale, in the operator's order."""
    return [
        Offer(exponent=currency_of(offer.currency).exponent, **offer.model_dump(exclude={"price_id"}))
        for offer in settings.configured
    ]


async def subscriptions_of(session: ReadSession, user_id: UUID) -> Sequence[Subscription]:
    """All subscriptions of a user, the latest first."""
    order = col(Subscription.created_at).desc(), col(Subscription.id)
    return (
        await session.scalars(select(Subscription).where(col(Subscription.user_id) == user_id).order_by(*order))
    ).all()


async def mine(
    session: ReadSession, user_id: UUID, settings: SubscriptionSettings, *, now: datetime | None = None
) -> MySubscription:
    """What a user has: the subscription that counts, else the latest, and what they should do about it."""
    now = now or utc_now()
    found = await subscriptions_of(session, user_id)
    row = next((each for each in found if each.state in LIVE), found[0] if found else None)
    return MySubscription(
        is_entitled=await plan_of(session, user_id, now=now) == Plan.PRO,
        subscription=None if row is None else _public(row, settings),
        attention=None if row is None else _attention(row, now),
    )


def _public(row: Subscription, settings: SubscriptionSettings) -> SubscriptionPublic:
    offer = settings.offer_of_price(row.price_id)
    return SubscriptionPublic(
        state=row.state,
        offer_id=offer.id if offer is not None else None,
        entitled_until=row.entitled_until,
        renews_at=row.renews_at,
        ends_at=row.ends_at,
        pay_until=row.entitled_until if row.state == SubscriptionState.PAST_DUE else None,
        unpaid_invoice_id=row.unpaid_invoice_id,
    )


def _attention(row: Subscription, now: datetime) -> Attention | None:
    if row.state == SubscriptionState.INCOMPLETE:
        return Attention.FINISH_PAYMENT
    if row.state != SubscriptionState.PAST_DUE:
        return None
    return Attention.FIX_PAYMENT if row.entitled_until is not None and now < row.entitled_until else Attention.LAPSED


async def invoices(session: ReadSession, user_id: UUID) -> list[InvoiceSummary]:
    """One's latest invoices, the newest first; drafts are none yet."""
    statement = (
        select(PaymentInvoice)
        .where(col(PaymentInvoice.user_id) == user_id, col(PaymentInvoice.status).is_distinct_from("draft"))
        .order_by(col(PaymentInvoice.created_at).desc(), col(PaymentInvoice.id))
        .limit(MOST_INVOICES)
    )
    return [
        InvoiceSummary(exponent=currency_of(row.currency).exponent, **row.model_dump(include=_SHOWN))
        for row in await session.scalars(statement)
    ]


_SHOWN = {"id", "number", "status", "paid", "tax", "refunded", "currency", "created_at", "paid_at"}


async def own_invoice(session: ReadSession, user_id: UUID, invoice_id: str) -> PaymentInvoice:
    """One's own invoice; raises `NotFoundError`."""
    found = await session.get(PaymentInvoice, invoice_id)
    if found is None or found.user_id != user_id:
        raise NotFoundError
    return found
