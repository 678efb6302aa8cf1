"""What one can pay for here."""

from fastapi import APIRouter

from services.api.deps import ServicesDep
from services.contracts.payments import PaymentCapabilities
from services.core.payments.capabilities import capabilities
from services.core.payments.settings import PaymentSettings

router = APIRouter(prefix="/api/v1/payments", tags=["payments"])


@router.get("/capabilities")
async def read_capabilities(services: ServicesDep) -> PaymentCapabilities:
    """What one can pay for here, in which currency, within which bounds. `none` has no other route of payments."""
    return capabilities(services.settings.of(PaymentSettings), subscriptions=False)
