"""What a step asks of the provider, as calls of payments; what comes of them is looked at in following.py."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.core.bounties.machine import Ask
from services.core.bounties.models import Pledge
from services.core.kit.database import ReadSession, WriteSession
from services.core.payments import calls
from services.core.payments.models import OrderState, PaymentOrder, PaymentTransfer, PayoutAccount


def subject_of(pledge_id: UUID) -> str:
    """What payments call a pledge."""
    return f"pledge:{pledge_id}"


def group_of(desire_id: str) -> str:
    """What ties the payments and transfers of a desire together."""
    return f"desire:{desire_id}"


async def orders_of(session: ReadSession, pledge_id: UUID) -> Sequence[PaymentOrder]:
    """The payment pages of a pledge, the latest first."""
    statement = select(PaymentOrder).where(col(PaymentOrder.subject) == subject_of(pledge_id))
    latest = statement.order_by(col(PaymentOrder.attempt).desc()).execution_options(populate_existing=True)
    return (await session.scalars(latest)).all()


async def paid_order(session: ReadSession, pledge_id: UUID) -> PaymentOrder | None:
    """The one that was paid, and whose payment is booked."""
    paid = [each for each in await orders_of(session, pledge_id) if each.state == OrderState.PAID and each.cash_id]
    return paid[-1] if paid else None


async def transfers_of(session: ReadSession, pledge_id: UUID) -> Sequence[PaymentTransfer]:
    """The transfers of a pledge, the latest first."""
    statement = select(PaymentTransfer).where(col(PaymentTransfer.subject) == subject_of(pledge_id))
    latest = statement.order_by(col(PaymentTransfer.created_at).desc()).execution_options(populate_existing=True)
    return (await session.scalars(latest)).all()


async def ask_provider(session: WriteSession, pledge: Pledge, ask: Ask, amount: int) -> None:
    """Write the call; the number of the move makes it one of its own."""
    if ask is Ask.END_CHECKOUT:
        await _end_checkouts(session, pledge)
        return
    call = await _call(session, pledge, ask, amount)
    if call is not None:
        await calls.ask(session, replace(call, occasion=str(pledge.moves)))


async def _end_checkouts(session: WriteSession, pledge: Pledge) -> None:
    for order in await orders_of(session, pledge.id):
        if order.state == OrderState.OPEN and order.checkout_id is not None:
            await calls.ask(session, calls.expire_checkout(subject_of(pledge.id), checkout_id=order.checkout_id))


async def _call(session: WriteSession, pledge: Pledge, ask: Ask, amount: int) -> calls.Call | None:
    subject, paid = subject_of(pledge.id), await paid_order(session, pledge.id)
    if ask is Ask.REVERSE:
        made = await transfers_of(session, pledge.id)
        return calls.reverse(subject, transfer_id=made[0].id, amount=amount) if made and amount else None
    if paid is None or paid.payment_id is None:
        raise LookupError(f"{subject} has no payment")
    if ask is not Ask.TRANSFER:
        return calls.refund(subject, payment_id=paid.payment_id, amount=amount, currency=pledge.currency)
    account = await session.get(PayoutAccount, pledge.artist_id)
    if account is None or paid.charge_id is None:
        raise LookupError(f"{subject} has nobody to be sent to")
    return calls.transfer(
        subject,
        account_id=account.account_id,
        charge_id=paid.charge_id,
        amount=amount,
        currency=pledge.currency,
        group=group_of(pledge.desire_id),
    )
