"""Bringing a user's subscriptions up to date with the mirror: states, what they entitle to, and what is told.

It reads what is fetched and writes what follows from it, so it may run any number of times, at once and in any order:
the user's row is locked, and the last one sees all. Which event led here does not matter, nor whether there was one.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.core.accounts.repository import lock_user
from services.core.entitlements.models import Source
from services.core.entitlements.service import entitle
from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now
from services.core.payments.models import PaymentInvoice, PaymentPlan
from services.core.subscriptions.machine import Said, Standing, standing
from services.core.subscriptions.models import Subscription
from services.core.subscriptions.notices import tell_change

_OWED = frozenset({"past_due", "incomplete", "unpaid"})


def user_of(subject: str) -> UUID | None:
    """The user that a subject of payments (`user:ID`) is."""
    kind, _, name = subject.partition(":")
    return UUID(name) if kind == "user" else None


async def settle(session: WriteSession, user_id: UUID) -> int:
    """Bring the subscriptions of a user up to date; how many there are. One whose account is gone is told nothing."""
    is_there = await lock_user(session, user_id) is not None
    plans = (
        await session.scalars(
            select(PaymentPlan).where(col(PaymentPlan.user_id) == user_id).order_by(col(PaymentPlan.id))
        )
    ).all()
    entitled = [await _settle(session, plan, is_there=is_there) for plan in plans]
    if plans and is_there:
        await entitle(session, user_id, Source.SUBSCRIPTION, _latest(entitled))
    return len(plans)


async def _settle(session: WriteSession, plan: PaymentPlan, *, is_there: bool) -> datetime | None:
    row = await session.get(Subscription, plan.id)
    due_at, invoice_id = await _unpaid(session, plan, row)
    now = standing(
        Said(
            status=plan.status,
            period_ends_at=plan.period_ends_at,
            cancel_at=plan.cancel_at,
            cancels_at_period_end=plan.cancels_at_period_end,
            due_at=due_at,
        )
    )
    was = row.state if row is not None else None
    if row is None:
        row = Subscription(id=plan.id, user_id=plan.user_id, state=now.state, created_at=plan.created_at)
        session.add(row)
    _write(row, plan, now)
    row.due_at, row.unpaid_invoice_id = due_at, invoice_id
    if is_there:
        await tell_change(session, row, was, now)
    return now.entitled_until


async def _unpaid(
    session: WriteSession, plan: PaymentPlan, row: Subscription | None
) -> tuple[datetime | None, str | None]:
    """Since when a payment is due, and the invoice; nothing where none is. Before it is fetched, since we saw it."""
    if plan.status not in _OWED:
        return None, None
    invoice = await session.get(PaymentInvoice, plan.invoice_id) if plan.invoice_id is not None else None
    due = (invoice.due_at or invoice.created_at) if invoice is not None else plan.fetched_at
    return min(filter(None, (due, row.due_at if row is not None else None))), plan.invoice_id


def _write(row: Subscription, plan: PaymentPlan, now: Standing) -> None:
    if row.state != now.state:
        row.changed_at = utc_now()
    row.state, row.price_id = now.state, plan.price_id
    row.entitled_until, row.renews_at, row.ends_at = now.entitled_until, now.renews_at, now.ends_at


def _latest(times: Iterable[datetime | None]) -> datetime | None:
    return max(filter(None, times), default=None)
