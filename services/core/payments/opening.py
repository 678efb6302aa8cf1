"""Opening the provider that the settings name; the package of Stripe is loaded where it is the provider alone."""

from services.core.payments.provider import Provider
from services.core.payments.settings import PaymentSettings


def open_provider(settings: PaymentSettings) -> Provider | None:
    """The provider to ask, on the present loop; None where there is nobody to ask: without one, and in points."""
    if not settings.takes_money:
        return None
    from services.core.payments.stripe_provider import StripeProvider

    return StripeProvider(settings)
