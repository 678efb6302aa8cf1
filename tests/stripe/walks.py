"""Ways through the fake that several tests walk."""

from typing import Any

from tests.stripe.cards import GOOD
from tests.stripe.scene import FakeStripe

Params = dict[str, Any]


def session(**more: Any) -> Any:
    """The parameters of a session as pledges open them."""
    line = {
        "quantity": 1,
        "price_data": {"currency": "usd", "unit_amount": 2_000, "product_data": {"name": "Pledge"}},
    }
    return {
        "mode": "payment",
        "line_items": [line],
        "success_url": "http://127.0.0.1/back?session={CHECKOUT_SESSION_ID}",
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "metadata": {"pledge": "1"},
        "payment_intent_data": {"metadata": {"pledge": "1"}, "transfer_group": "desire:1"},
        **more,
    }


def recipient(**more: Any) -> Any:
    """The parameters of an artist's account."""
    return {
        "contact_email": "artist@example.org",
        "dashboard": "express",
        "display_name": "artist",
        "identity": {"country": "de"},
        "defaults": {"responsibilities": {"fees_collector": "application", "losses_collector": "application"}},
        "configuration": {"recipient": {"capabilities": {"stripe_balance": {"stripe_transfers": {"requested": True}}}}},
        **more,
    }


def paid(fake: FakeStripe, number: str = GOOD, *, amount: int = 2_000, currency: str = "usd") -> str:
    """A paid session that has settled: its charge."""
    params = session()
    params["line_items"][0]["price_data"].update(unit_amount=amount, currency=currency)
    opened = fake.client().v1.checkout.sessions.create(params)
    assert fake.pay(opened.id, number) == "complete"
    intent = fake.get(fake.get(opened.id)["payment_intent"])
    fake.settle()
    return str(intent["latest_charge"])


def artist(fake: FakeStripe, ending: str = "complete", **more: Any) -> str:
    """A connected account after onboarding."""
    made = fake.client().v2.core.accounts.create(recipient(**more))
    fake.onboard(made.id, ending)
    return made.id


def transferred(fake: FakeStripe) -> tuple[str, str]:
    """A charge of 20.00 and a transfer of 18.00 from it."""
    charge, to = paid(fake), artist(fake)
    params: Any = {"amount": 1_800, "currency": "usd", "destination": to, "source_transaction": charge}
    return charge, fake.client().v1.transfers.create(params).id


def subscribed(fake: FakeStripe, number: str = GOOD) -> tuple[str, str]:
    """A subscription of 5.00 a month: its id and its customer's."""
    sdk = fake.client()
    customer = sdk.v1.customers.create({"email": "ada@example.org", "metadata": {"user": "1"}})
    price: Params = {"currency": "usd", "unit_amount": 500, "recurring": {"interval": "month"}}
    product = sdk.v1.products.create({"name": "Studio"})
    made = sdk.v1.prices.create({**price, "product": product.id})  # type: ignore[typeddict-item]
    opened = sdk.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "customer": customer.id,
            "line_items": [{"price": made.id, "quantity": 1}],
            "success_url": "http://127.0.0.1/back",
            "subscription_data": {"metadata": {"user": "1"}},
        }
    )
    assert fake.pay(opened.id, number) == "complete"
    fake.settle()
    return str(fake.get(opened.id)["subscription"]), customer.id
