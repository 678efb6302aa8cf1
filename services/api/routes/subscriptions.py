"""What is for sale, and one's own subscription. Without money there is none of it: 404 `payments_off`."""

from typing import Annotated

from fastapi import APIRouter, Depends

from services.api.deps import ReadDep, ServicesDep, SignedInDep
from services.contracts.subscriptions import InvoiceSummary, MySubscription, Offer
from services.core.payments.capabilities import require_provider
from services.core.payments.settings import PaymentSettings
from services.core.subscriptions import reading
from services.core.subscriptions.settings import SubscriptionSettings


async def _money(services: ServicesDep) -> SubscriptionSettings:
    require_provider(services.settings.of(PaymentSettings), money=True)
    return services.settings.of(SubscriptionSettings)


SettingsDep = Annotated[SubscriptionSettings, Depends(_money)]
router = APIRouter(prefix="/api/v1/subscriptions", tags=["subscriptions"])
ROUTERS = (router,)


@router.get("/offers")
async def read_offers(settings: SettingsDep) -> list[Offer]:
    """The plans for sale; they lift the monthly limit of publishes."""
    return reading.offers(settings)


@router.get("/mine")
async def read_mine(caller: SignedInDep, settings: SettingsDep, session: ReadDep) -> MySubscription:
    """One's own subscription, with what to tell its owner on every page (`attention`)."""
    return await reading.mine(session, caller.user_id, settings)


@router.get("/invoices")
async def read_invoices(caller: SignedInDep, _: SettingsDep, session: ReadDep) -> list[InvoiceSummary]:
    """One's latest invoices and receipts, at most 100."""
    return await reading.invoices(session, caller.user_id)
