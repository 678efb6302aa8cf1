"""The mirror: objects of the provider as last fetched, with their cash lines booked and their subject told.

Each function takes what was fetched and when it was asked for. What was asked for earlier than what stands is old, and
changes nothing: two that fetch at once may record in either order.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from prometheus_client import Counter
from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import SQLModel, col

from services.core.jobs.events import emit
from services.core.kit.database import ReadSession, WriteSession
from services.core.ledger.models import AccountKind
from services.core.ledger.posting import Account
from services.core.payments import calls, cash
from services.core.payments.cash import CashKind, book, whole
from services.core.payments.events import CHANGED
from services.core.payments.models import (
    OrderState,
    PaymentCustomer,
    PaymentDispute,
    PaymentInvoice,
    PaymentOrder,
    PaymentPlan,
    PaymentRefund,
    PaymentTransfer,
    PayoutAccount,
    PayoutState,
)
from services.core.payments.objects import (
    CashLine,
    Checkout,
    CheckoutStatus,
    Dispute,
    Invoice,
    Payment,
    Plan,
    Recipient,
    Refund,
    Reversal,
    Transfer,
)

UNEXPECTED = Counter("payments_unexpected_total", "Payments that nobody expected so, and that went back.")

log = structlog.get_logger("payments")


async def record_checkout(session: WriteSession, checkout: Checkout) -> PaymentOrder | None:
    """Write down where a payment page stands, which only goes on; None where it is none of ours."""
    known = col(PaymentOrder.checkout_id) == checkout.id
    order = await _locked_order(session, known, checkout.metadata)
    if order is None:
        return None
    order.checkout_id = checkout.id
    order.payment_id = order.payment_id or checkout.payment_id
    order.plan_id = order.plan_id or checkout.subscription_id
    if order.state in (OrderState.ASKED, OrderState.OPEN):
        if checkout.status is CheckoutStatus.EXPIRED:
            order.state = OrderState.EXPIRED
        elif checkout.status is CheckoutStatus.COMPLETE:
            order.state = OrderState.PROCESSING if order.plan_id is None else OrderState.PAID
        else:
            order.state = OrderState.OPEN
    await emit(session, CHANGED, subject=order.subject)
    return order


async def record_payment(
    session: WriteSession, payment: Payment, asked_at: datetime, *, livemode: bool
) -> PaymentOrder | None:
    """Write down a payment and its disputes, and book them; None where no page of ours led to it."""
    order = await _locked_order(session, col(PaymentOrder.payment_id) == payment.id, payment.metadata)
    subject = order.subject if order is not None else None
    for dispute in payment.disputes:
        await _record_dispute(session, dispute, subject, asked_at)
    if order is None:
        return None
    if not _is_old(order.fetched_at, asked_at):
        await _apply(session, order, payment, livemode=livemode)
        order.fetched_at = asked_at
        if order.state == OrderState.WRONG and payment.received > payment.refunded:
            await calls.ask(session, unexpected(payment))
    await emit(session, CHANGED, subject=order.subject)
    return order


def unexpected(payment: Payment) -> calls.Call:
    """The refund of a payment that is not what we asked for, or that nobody asked for."""
    log.error("payment_unexpected", payment_id=payment.id)
    UNEXPECTED.inc()
    amount = payment.received - payment.refunded
    return calls.refund(f"payment:{payment.id}", payment_id=payment.id, amount=amount, currency=payment.currency)


async def _apply(session: WriteSession, order: PaymentOrder, payment: Payment, *, livemode: bool) -> None:
    order.payment_id, order.payment_status = payment.id, payment.status
    order.charge_id, order.refunded = payment.charge_id, payment.refunded
    order.fingerprint, order.warned_at = payment.fingerprint, payment.warned_at
    if payment.succeeded:
        is_right = (payment.received, payment.currency, payment.livemode, payment.metadata.get("subject")) == (
            order.amount,
            order.currency,
            livemode,
            order.subject,
        )
        order.state = OrderState.PAID if is_right else OrderState.WRONG
        order.paid_at = payment.paid_at
    elif payment.status == "processing":
        order.state = OrderState.PROCESSING
    line = payment.cash
    if line is None or order.state not in (OrderState.PAID, OrderState.WRONG):
        return
    order.fee = line.fee
    is_expected = order.state == OrderState.PAID and line.currency == order.currency
    account = cash.payment_account(order.subject) if is_expected else Account(AccountKind.SUSPENSE)
    is_booked = await book(session, line, CashKind.PAYMENT, whole(line, account))
    # Right money in a wrong currency is not booked as what it is for, so nothing may follow of it.
    if is_booked and (is_expected or order.state == OrderState.WRONG):
        order.cash_id = line.id


async def _record_dispute(session: WriteSession, dispute: Dispute, subject: str | None, asked_at: datetime) -> None:
    account = Account(AccountKind.DISPUTE, dispute.id)
    for line in dispute.cash:
        await book(session, line, CashKind.DISPUTE, whole(line, account), fee=AccountKind.DISPUTE_FEE)
    await _write(
        session,
        PaymentDispute,
        {
            "id": dispute.id,
            "subject": subject,
            "payment_id": dispute.payment_id,
            "charge_id": dispute.charge_id,
            "status": dispute.status,
            "reason": dispute.reason,
            "amount": dispute.amount,
            "currency": dispute.currency,
            "taken": -sum(line.amount for line in dispute.cash),
            "fee": sum(line.fee for line in dispute.cash),
            "created_at": dispute.created_at,
            "fetched_at": asked_at,
        },
    )


async def record_refund(session: WriteSession, refund: Refund, asked_at: datetime) -> str | None:
    """Write down a refund and book it; gives its subject."""
    order = await session.scalar(select(PaymentOrder).where(col(PaymentOrder.payment_id) == refund.payment_id))
    invoice = None if order is not None else await _invoice_of(session, refund.payment_id)
    subject = order.subject if order is not None else f"user:{invoice.user_id}" if invoice else refund.subject
    row = {
        "id": refund.id,
        "subject": subject,
        "payment_id": refund.payment_id,
        "amount": refund.amount,
        "currency": refund.currency,
        "status": refund.status,
        "failure": refund.failure,
        "cash_id": await _book_refund(session, refund.cash, CashKind.REFUND, order, invoice),
        "failure_cash_id": await _book_refund(session, refund.failure_cash, CashKind.REFUND_FAILED, order, invoice),
        "created_at": refund.created_at,
        "fetched_at": asked_at,
    }
    await _write(session, PaymentRefund, row)
    if subject is not None:
        await emit(session, CHANGED, subject=subject)
    return subject


async def _book_refund(
    session: WriteSession,
    line: CashLine | None,
    kind: CashKind,
    order: PaymentOrder | None,
    invoice: PaymentInvoice | None,
) -> str | None:
    if line is None:
        return None
    if order is not None:
        is_wrong = order.state == OrderState.WRONG
        shares = whole(line, Account(AccountKind.SUSPENSE) if is_wrong else cash.refund_account(order.subject))
    elif invoice is not None:
        shares = cash.taxed(line, tax=invoice.tax, paid=invoice.paid)
    else:
        return None
    return line.id if await book(session, line, kind, shares) else None


async def record_transfer(
    session: WriteSession, transfer: Transfer, reversals: list[Reversal], asked_at: datetime
) -> str | None:
    """Write down a transfer and what of it was taken back, and book both; gives its subject."""
    account = await session.scalar(select(PayoutAccount).where(col(PayoutAccount.account_id) == transfer.account_id))
    booked = None
    if account is not None:
        artist = str(account.user_id)
        line = transfer.cash
        if line is not None:
            shares = whole(line, Account(AccountKind.PAYABLE, artist))
            booked = line.id if await book(session, line, CashKind.TRANSFER, shares) else None
        for reversal in reversals:
            if (back := reversal.cash) is not None:
                await book(session, back, CashKind.REVERSAL, whole(back, Account(AccountKind.DEBT, artist)))
    row = {
        "id": transfer.id,
        "subject": transfer.subject,
        "account_id": transfer.account_id,
        "amount": transfer.amount,
        "reversed": transfer.reversed,
        "currency": transfer.currency,
        "cash_id": booked,
        "created_at": transfer.created_at,
        "fetched_at": asked_at,
    }
    await _write(session, PaymentTransfer, row)
    if transfer.subject is not None:
        await emit(session, CHANGED, subject=transfer.subject)
    return transfer.subject


async def record_recipient(session: WriteSession, recipient: Recipient, asked_at: datetime) -> PayoutAccount | None:
    """Write down where a payout account stands; None where it is none of ours."""
    known = select(PayoutAccount).where(col(PayoutAccount.account_id) == recipient.id).with_for_update()
    account = await session.scalar(known.execution_options(populate_existing=True))
    if account is None or _is_old(account.fetched_at, asked_at):
        return account
    account.state, account.fetched_at = _payout_state(recipient), asked_at
    account.country = recipient.country or account.country
    account.missing, account.why_not = list(recipient.missing), recipient.why_not
    await emit(session, CHANGED, subject=f"user:{account.user_id}")
    return account


def _payout_state(recipient: Recipient) -> PayoutState:
    if recipient.closed:
        return PayoutState.CLOSED
    if recipient.can_receive:
        return PayoutState.READY
    return PayoutState.ONBOARDING if recipient.missing else PayoutState.RESTRICTED


async def record_plan(session: WriteSession, plan: Plan, asked_at: datetime) -> UUID | None:
    """Write down a subscription; gives its user, None where its customer is none of ours."""
    user_id = await _user_of(session, plan.customer_id)
    if user_id is None:
        return None
    row = {
        "id": plan.id,
        "user_id": user_id,
        "status": plan.status,
        "price_id": plan.price_id,
        "period_ends_at": plan.period_ends_at,
        "cancel_at": plan.cancel_at,
        "cancels_at_period_end": plan.cancels_at_period_end,
        "invoice_id": plan.invoice_id,
        "ended_at": plan.ended_at,
        "created_at": plan.created_at,
        "fetched_at": asked_at,
    }
    await _write(session, PaymentPlan, row)
    await emit(session, CHANGED, subject=f"user:{user_id}")
    return user_id


async def record_invoice(
    session: WriteSession, invoice: Invoice, payments: list[Payment], asked_at: datetime
) -> UUID | None:
    """Write down an invoice, and book what was paid for it; gives its user."""
    user_id = await _user_of(session, invoice.customer_id)
    if user_id is None:
        return None
    for line in (payment.cash for payment in payments if payment.succeeded):
        if line is not None:
            await book(session, line, CashKind.INVOICE, cash.taxed(line, tax=invoice.tax, paid=invoice.paid))
    row = {
        "id": invoice.id,
        "user_id": user_id,
        "plan_id": invoice.subscription_id,
        "number": invoice.number,
        "status": invoice.status,
        "paid": invoice.paid,
        "tax": invoice.tax,
        "refunded": sum(payment.refunded for payment in payments),
        "currency": invoice.currency,
        "payment_ids": list(invoice.payment_ids),
        "due_at": invoice.due_at,
        "paid_at": invoice.paid_at,
        "created_at": invoice.created_at,
        "fetched_at": asked_at,
    }
    await _write(session, PaymentInvoice, row)
    await emit(session, CHANGED, subject=f"user:{user_id}")
    return user_id


def _is_old(fetched_at: datetime | None, asked_at: datetime) -> bool:
    return fetched_at is not None and fetched_at > asked_at


async def _locked_order(session: WriteSession, known: Any, metadata: Any) -> PaymentOrder | None:
    """The order that is known by the provider's id, or that the provider's metadata names."""
    named = _uuid(metadata.get("order"))
    wanted = or_(known, col(PaymentOrder.id) == named) if named is not None else known
    statement = select(PaymentOrder).where(wanted).with_for_update().execution_options(populate_existing=True)
    found: PaymentOrder | None = (await session.scalars(statement)).first()
    return found


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


async def _user_of(session: ReadSession, customer_id: str | None) -> UUID | None:
    statement = select(col(PaymentCustomer.user_id)).where(col(PaymentCustomer.customer_id) == customer_id)
    found: UUID | None = await session.scalar(statement)
    return found


async def _invoice_of(session: ReadSession, payment_id: str | None) -> PaymentInvoice | None:
    statement = select(PaymentInvoice).where(col(PaymentInvoice.payment_ids).contains([payment_id]))
    found: PaymentInvoice | None = (await session.scalars(statement)).first() if payment_id else None
    return found


async def _write(session: WriteSession, model: type[SQLModel], row: dict[str, Any]) -> None:
    """Insert or replace a row, unless what stands was asked for later."""
    table = model.__table__  # type: ignore[attr-defined]
    statement = insert(table).values(row)
    changed = {name: statement.excluded[name] for name in row if name != "id"}
    fresher = table.c.fetched_at <= statement.excluded.fetched_at
    await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed, where=fresher))
