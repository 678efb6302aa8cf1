"""What this site can take and pay, for pages and agents; and the refusal where it can do neither."""

from services.contracts.payments import PaymentCapabilities, PaymentProvider
from services.core.kit.errors import NotFoundError
from services.core.ledger.currencies import currency_of
from services.core.payments.settings import PaymentSettings


class PaymentsOffError(NotFoundError):
    """There are no payments on this site, or none of this kind."""

    code = "payments_off"
    title = "There are no payments here"


def capabilities(settings: PaymentSettings, *, subscriptions: bool) -> PaymentCapabilities:
    """What may be shown to anybody. `subscriptions` says whether the site has plans for sale."""
    provider, money = PaymentProvider(settings.provider), settings.takes_money
    if not settings.is_on:
        return PaymentCapabilities(
            provider=provider, pledges=False, subscriptions=False, payouts=False, countries=[], test_mode=False
        )
    least, most, _ = settings.bounds()
    return PaymentCapabilities(
        provider=provider,
        currency=settings.unit,
        exponent=currency_of(settings.unit).exponent,
        pledges=settings.pledges_open,
        subscriptions=money and subscriptions,
        payouts=money,
        pledge_minimum=least,
        pledge_maximum=most,
        fee_percent=settings.fee_percent if money else 0,
        expiry_days=settings.expiry_days,
        review_days=settings.review_days,
        release_days=settings.release_days if money else 0,
        countries=sorted(settings.payable_countries) if money else [],
        test_mode=money and not settings.livemode,
    )


def require_provider(settings: PaymentSettings, *, money: bool = False) -> None:
    """Raise `PaymentsOffError` where nobody can pledge, or with `money` where no money is taken."""
    if not (settings.takes_money if money else settings.is_on):
        raise PaymentsOffError
