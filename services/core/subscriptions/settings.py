"""Settings of subscriptions (`FRACTAFRAG_SUBSCRIPTIONS_<NAME>`): what is for sale."""

from functools import cached_property
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from services.contracts.subscriptions import Interval
from services.core.kit.settings import DomainSettings
from services.core.ledger.currencies import CURRENCIES, POINTS


class OfferConfig(BaseModel):
    """A plan for sale, and the provider's price behind it, which says what is charged."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1, max_length=80)
    amount: int = Field(ge=1)
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    interval: Interval
    price_id: str = Field(min_length=1, max_length=255)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.currency not in CURRENCIES or self.currency == POINTS:
            raise ValueError(f"{self.currency} is none that people pay in")
        return self


class SubscriptionSettings(DomainSettings):
    """`offers` is a JSON list of `OfferConfig`; without one nothing is for sale, and what was sold goes on."""

    GROUP = "subscriptions"

    offers: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Refuse a list that is malformed."""
        self.configured  # noqa: B018 -- it raises
        return self

    @cached_property
    def configured(self) -> tuple[OfferConfig, ...]:
        """The offers in their order; raises `ValueError` with a sentence that names the variable."""
        if not self.offers.strip():
            return ()
        try:
            found = TypeAdapter(tuple[OfferConfig, ...]).validate_json(self.offers)
        except ValidationError as error:
            flaws = "; ".join(f"{'.'.join(map(str, flaw['loc']))}: {flaw['msg']}" for flaw in error.errors()[:3])
            raise ValueError(f"{self.variable('offers')}: {flaws}") from None
        for member in ("id", "price_id"):
            if len({getattr(offer, member) for offer in found}) < len(found):
                raise ValueError(f"{self.variable('offers')}: two offers have the same {member}")
        return found

    def offer(self, offer_id: str) -> OfferConfig | None:
        """The offer with this id."""
        return next((offer for offer in self.configured if offer.id == offer_id), None)

    def offer_of_price(self, price_id: str | None) -> OfferConfig | None:
        """The offer with this price of the provider's."""
        return next((offer for offer in self.configured if offer.price_id == price_id), None)
