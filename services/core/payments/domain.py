"""What payments register."""

from services.core.payments.jobs import FETCH, FETCH_UNDELIVERED, RECONCILE, SEND, TAKE_EVENT
from services.core.payments.models import PaymentCall, PaymentEvent, PaymentOrder, PaymentReconciliation, PayoutAccount
from services.core.payments.settings import PaymentSettings, WebhookSettings
from services.core.registry.domain import Domain, ExportSection

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
        ExportSection(name="payout_accounts", model=PayoutAccount, key="user_id", hidden=frozenset()),
    ),
    settings={PaymentSettings: frozenset({"api", "worker"}), WebhookSettings: frozenset({"api"})},
)
