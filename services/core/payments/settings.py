"""Settings of payments: `FRACTAFRAG_PAYMENTS_<NAME>`, which API and worker read, and the secrets of the webhooks.

Amounts are in minor units of `currency`; what people are charged never comes from anywhere else.
"""

from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from services.core.kit.settings import DomainSettings
from services.core.ledger.currencies import CURRENCIES, POINTS

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1", "0.0.0.0"})  # noqa: S104 -- compared with, not bound to
_KEY_KINDS = ("sk_", "rk_")
# Where a platform in one of them may transfer to; found out by others, and by the operator's own trial.
_COUNTRIES = "AT,BE,BG,CH,CY,CZ,DE,DK,EE,ES,FI,FR,GB,GI,GR,HR,HU,IE,IS,IT,LI,LT,LU,LV,MT,NL,NO,PL,PT,RO,SE,SI,SK,US"


class ProviderName(StrEnum):
    """Who moves money: nobody, points of the site's own, or Stripe."""

    NONE = "none"
    THANKS = "thanks"
    STRIPE = "stripe"


class PaymentSettings(DomainSettings):
    """Whether and how people pay, and the clocks and bounds of pledges.

    `pledges_open` and `releases_open` are kill switches: no new pledges, no transfers. Refunds never stop.
    """

    GROUP = "payments"

    provider: ProviderName = ProviderName.NONE
    currency: str = Field("USD", pattern=r"^[A-Z]{3}$")
    fee_percent: int = Field(10, ge=0, le=50)
    pledges_open: bool = True
    releases_open: bool = True
    # Of one pledge; at most, for one person, in all open ones and by number.
    pledge_minimum: int = Field(500, ge=1)
    pledge_maximum: int = Field(50_000, ge=1)
    open_maximum: int = Field(100_000, ge=1)
    open_pledges: int = Field(10, ge=1, le=100)
    account_days: int = Field(3, ge=0, le=365)
    checkouts_per_hour: int = Field(5, ge=1, le=100)
    withdrawals_per_month: int = Field(3, ge=0, le=100)
    checkout_minutes: int = Field(60, ge=30, le=1_440)
    expiry_days: int = Field(30, ge=7, le=45)
    review_days: int = Field(14, ge=1, le=14)
    contest_days: int = Field(14, ge=1, le=14)
    release_days: int = Field(7, ge=0, le=30)
    thanks_per_month: int = Field(10, ge=0, le=1_000)
    # Two letters each, divided by commas: where artists can be paid.
    countries: str = Field(_COUNTRIES, pattern=r"^([A-Z]{2}(,[A-Z]{2})*)?$")
    automatic_tax: bool = False
    tax_id_collection: bool = False
    livemode: bool = False
    stripe_secret_key: SecretStr | None = None
    # Where the API is asked in place of Stripe's, with a test key: a fake, or a recording proxy.
    stripe_api_base: str = Field("", max_length=300)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.currency not in CURRENCIES or self.currency == POINTS:
            raise ValueError(f"{self.variable('currency')} is none that pledges can be in")
        if self.pledge_minimum > self.pledge_maximum or self.pledge_maximum > self.open_maximum:
            raise ValueError(f"{self.variable('pledge_minimum')}, pledge_maximum and open_maximum must not fall")
        if self.provider is ProviderName.STRIPE:
            self._check_stripe()
        return self

    def _check_stripe(self) -> None:
        name, key = self.variable("stripe_secret_key"), self.secret_key
        if not key:
            raise ValueError(f"{name} must be set where {self.variable('provider')} is stripe")
        mode = "live" if self.livemode else "test"
        if not key.startswith(tuple(f"{kind}{mode}_" for kind in _KEY_KINDS)):
            expected = f"rk_{mode}_ or sk_{mode}_"
            raise ValueError(f"{name} must begin with {expected}, as {self.variable('livemode')} is {self.livemode}")
        if not self.stripe_api_base:
            return
        if self.livemode:
            raise ValueError(f"{self.variable('stripe_api_base')} must not be set with a live key")
        url = urlsplit(self.stripe_api_base)
        if url.scheme not in {"http", "https"} or not url.hostname or url.query or url.fragment or url.username:
            raise ValueError(f"{self.variable('stripe_api_base')} must be an http or https address without a query")

    def check_site(self, public_url: str) -> None:
        """Refuse real money on a site that nobody else can reach; called with the address of the site."""
        if self.takes_money and self.livemode and urlsplit(public_url).hostname in _LOCAL:
            raise ValueError(f"{self.variable('livemode')} needs a site with a public address")

    @property
    def secret_key(self) -> str:
        """The provider's key, or nothing."""
        return self.stripe_secret_key.get_secret_value().strip() if self.stripe_secret_key else ""

    @property
    def is_on(self) -> bool:
        """Whether there are pledges at all, in money or in points."""
        return self.provider is not ProviderName.NONE

    @property
    def takes_money(self) -> bool:
        """Whether what is pledged is money."""
        return self.provider is ProviderName.STRIPE

    @property
    def unit(self) -> str:
        """The currency of pledges: that of money, or points."""
        return POINTS if self.provider is ProviderName.THANKS else self.currency

    @property
    def payable_countries(self) -> frozenset[str]:
        """Where artists can be paid."""
        return frozenset(filter(None, self.countries.split(",")))

    def bounds(self) -> tuple[int, int, int]:
        """Least and most of one pledge, and most of all open ones of a person; a month's points are all there is."""
        if self.provider is ProviderName.THANKS:
            return 1, max(1, self.thanks_per_month), max(1, self.thanks_per_month * 12)
        return self.pledge_minimum, self.pledge_maximum, self.open_maximum


class WebhookSettings(DomainSettings):
    """Secrets of the provider's endpoints, one or, while they are rotated, two of each, divided by a comma.

    Only the API reads them. An endpoint without a secret does not exist (404); sweeps do its work.
    """

    GROUP = "webhooks"

    account_secrets: SecretStr | None = None
    connected_secrets: SecretStr | None = None
    thin_secrets: SecretStr | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name in ("account", "connected", "thin"):
            if len(self.secrets_of(name)) > 2:
                raise ValueError(f"{self.variable(f'{name}_secrets')} holds one or two secrets")
        return self

    def secrets_of(self, endpoint: str) -> tuple[str, ...]:
        """The secrets of the endpoint `account`, `connected` or `thin`."""
        value: SecretStr | None = getattr(self, f"{endpoint}_secrets")
        parts = value.get_secret_value().split(",") if value is not None else []
        return tuple(part.strip() for part in parts if part.strip())
