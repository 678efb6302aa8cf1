"""What a caller of the API sends about subscriptions."""

from pydantic import Field

from services.core.kit.schemas import StrictBody


class SubscriptionCheckout(StrictBody):
    """Which plan is bought. Price and currency are the site's, whatever a caller sends."""

    offer_id: str = Field(pattern=r"^[a-z][a-z0-9-]{0,39}$", examples=["monthly"])
