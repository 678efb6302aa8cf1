"""Lists for people: their payments, and what was sent to them."""

import csv
import io
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.contracts.payments import OrderSummary, TransferSummary
from services.core.kit.database import ReadSession
from services.core.ledger.currencies import in_words
from services.core.payments.models import PaymentOrder, PaymentTransfer, PayoutAccount

_ORDERS, _TRANSFERS = 200, 500


def summary_of(order: PaymentOrder) -> OrderSummary:
    """A payment as its payer sees it."""
    return OrderSummary(
        id=order.id,
        subject=order.subject,
        state=order.state,
        title=order.title,
        amount=order.amount,
        refunded=order.refunded,
        currency=order.currency,
        created_at=order.created_at,
        paid_at=order.paid_at,
    )


async def orders_of(session: ReadSession, user_id: UUID) -> list[OrderSummary]:
    """A user's payments, the latest first."""
    latest = col(PaymentOrder.created_at).desc(), col(PaymentOrder.id).desc()
    own = select(PaymentOrder).where(col(PaymentOrder.user_id) == user_id).order_by(*latest).limit(_ORDERS)
    return [summary_of(order) for order in await session.scalars(own)]


async def transfers_to(
    session: ReadSession, user_id: UUID, *, span: tuple[datetime, datetime] | None = None
) -> list[TransferSummary]:
    """What was sent to an artist, the latest first: in the span `[since, until)`, or of late."""
    made = col(PaymentTransfer.created_at)
    own = (
        select(PaymentTransfer)
        .join(PayoutAccount, col(PayoutAccount.account_id) == col(PaymentTransfer.account_id))
        .where(col(PayoutAccount.user_id) == user_id)
        .order_by(made.desc(), col(PaymentTransfer.id).desc())
    )
    own = own.where(made >= span[0], made < span[1]) if span is not None else own.limit(_TRANSFERS)
    return [
        TransferSummary(
            id=row.id,
            subject=row.subject,
            amount=row.amount,
            reversed=row.reversed,
            currency=row.currency,
            created_at=row.created_at,
        )
        for row in await session.scalars(own)
    ]


async def statement(session: ReadSession, user_id: UUID, year: int) -> str:
    """A year's transfers as CSV, the oldest first."""
    span = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    made = io.StringIO()
    rows = csv.writer(made)
    rows.writerow(("date", "transfer", "for", "sent", "taken back", "currency"))
    for row in reversed(await transfers_to(session, user_id, span=span)):
        sent, back = (in_words(amount, row.currency).partition(" ")[0] for amount in (row.amount, row.reversed))
        rows.writerow((row.created_at.date().isoformat(), row.id, row.subject or "", sent, back, row.currency))
    return made.getvalue()
