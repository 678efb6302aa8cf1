"""What subscriptions register."""

from services.core.jobs.events import Subscription as Subscribed
from services.core.payments import events as payments
from services.core.payments.models import PaymentInvoice
from services.core.registry.domain import Domain, ExportSection
from services.core.subscriptions.jobs import SETTLE
from services.core.subscriptions.leaving import erase
from services.core.subscriptions.models import Subscription
from services.core.subscriptions.notices import ALL
from services.core.subscriptions.settings import SubscriptionSettings

DOMAIN = Domain(
    name="subscriptions",
    jobs=(SETTLE,),
    subscriptions=(Subscribed(payments.CHANGED, SETTLE),),
    export=(
        ExportSection(name="subscriptions", model=Subscription),
        ExportSection(name="invoices", model=PaymentInvoice, hidden=frozenset({"user_id", "payment_ids"})),
    ),
    erase=erase,
    settings={SubscriptionSettings: frozenset({"api"})},
    notices=ALL,
)
