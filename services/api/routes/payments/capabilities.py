"""What one can pay for here."""

from fastapi import APIRouter

from services.api.deps import ServicesDep
from services.contracts.payments import PaymentCapabilities
from services.core.payments.capabilities import capabilities
from services.core.payments.settings import PaymentSettings
from services.core.subscriptions.settings import SubscriptionSettings

router = APIRouter(prefix="/api/v1/payments", tags=["payments"])


@router.get("/capabilities")
async def read_capabilities(services: ServicesDep) -> PaymentCapabilities:
    """What one can pay for here, in which currency, within which bounds. `none` has no other route of payments."""
    for_sale = bool(services.settings.of(SubscriptionSettings).configured)
    return capabilities(services.settings.of(PaymentSettings), subscriptions=for_sale)
