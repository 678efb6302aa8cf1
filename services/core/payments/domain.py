"""What payments register."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from services.core.identity.credentials import EndedCredentials
from services.core.kit.database import WriteSession
from services.core.payments.jobs import FETCH, FETCH_UNDELIVERED, RECONCILE, SEND, TAKE_EVENT
from services.core.payments.models import (
    PaymentCall,
    PaymentCustomer,
    PaymentEvent,
    PaymentOrder,
    PaymentPlan,
    PaymentReconciliation,
    PayoutAccount,
)
from services.core.payments.settings import PaymentSettings, WebhookSettings
from services.core.registry.domain import Domain, ExportSection

# The provider's own events about the end come first.
_SETTLED = timedelta(minutes=15)


async def erase(session: WriteSession, user_id: UUID, at: datetime) -> EndedCredentials:
    """Have the provider forget who the user is, once subscriptions have ended (sweeps.py).

    Payments, refunds and transfers stay, without a name, as the ledger does: others were party to them, and books have
    to be kept. The payout account is the artist's own at the provider.
    """
    mine = update(PaymentCustomer).where(col(PaymentCustomer.user_id) == user_id)
    await session.execute(mine.values(scrub_at=at + _SETTLED).execution_options(synchronize_session=False))
    return EndedCredentials()


DOMAIN = Domain(
    name="payments",
    jobs=(SEND, TAKE_EVENT, FETCH, FETCH_UNDELIVERED, RECONCILE),
    # The ledger and the mirror keep what was done; an event that comes again does nothing by what it finds there.
    retention={
        str(PaymentEvent.__tablename__): "received_at < now() - interval '90 days' AND taken_at IS NOT NULL",
        str(PaymentReconciliation.__tablename__): "started_at < now() - interval '1 year'",
        str(PaymentCall.__tablename__): "state = 'done' AND ended_at < now() - interval '10 years'",
    },
    export=(
        ExportSection(name="payment_orders", model=PaymentOrder, hidden=frozenset({"user_id", "fingerprint"})),
        ExportSection(name="payment_plans", model=PaymentPlan),
        ExportSection(name="payout_accounts", model=PayoutAccount, key="user_id", hidden=frozenset()),
    ),
    erase=erase,
    settings={PaymentSettings: frozenset({"api", "worker"}), WebhookSettings: frozenset({"api"})},
)
