"""The card's number chooses what happens, as with Stripe's own test cards."""

from dataclasses import dataclass
from hashlib import sha256

from tests.stripe.world import Obj, World


@dataclass(frozen=True)
class Card:
    """A test card."""

    number: str
    does: str
    # Refused, with this code and decline code.
    code: str | None = None
    decline_code: str | None = None
    needs_action: bool = False
    dispute: str | None = None
    is_inquiry: bool = False
    warns: bool = False
    # A refund that first succeeds fails later; one that is pending first succeeds later.
    refund: str = "succeeds"
    skips_pending: bool = False


CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242", "pays"),
        Card("5555555555554444", "pays"),
        Card("4000000000000077", "pays; the money is available at once", skips_pending=True),
        Card("4000000000000002", "is declined", "card_declined", "generic_decline"),
        Card("4000000000009995", "is declined: no funds", "card_declined", "insufficient_funds"),
        Card("4000000000000069", "is declined: expired", "expired_card"),
        Card("4000000000000341", "can be stored and is declined when charged", "card_declined", "generic_decline"),
        Card("4000002760003184", "asks for authentication each time", needs_action=True),
        Card("4000000000003220", "asks for authentication each time", needs_action=True),
        Card("4000000000000259", "pays, and is disputed as fraudulent", dispute="fraudulent"),
        Card("4000000000002685", "pays, and is disputed as not received", dispute="product_not_received"),
        Card("4000000000001976", "pays, and an inquiry follows", dispute="fraudulent", is_inquiry=True),
        Card("4000000000005423", "pays, and an early fraud warning follows", warns=True),
        Card("4000000000005126", "pays; a refund fails later", refund="fails"),
        Card("4000000000007726", "pays; a refund is pending first", refund="waits"),
    )
}
GOOD = "4242424242424242"


def fingerprint(number: str) -> str:
    """One for all uses of a card."""
    return sha256(number.encode()).hexdigest()[:16]


def stored(world: World, number: str, customer: str | None) -> Obj:
    """A payment method for a card; its number stays secret."""
    made: Obj = {
        "id": world.new_id("pm"),
        "object": "payment_method",
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "card": {
            "brand": "mastercard" if number.startswith("5") else "visa",
            "checks": None,
            "country": "US",
            "exp_month": 12,
            "exp_year": 2034,
            "fingerprint": fingerprint(number),
            "funding": "credit",
            "generated_from": None,
            "last4": number[-4:],
            "networks": None,
            "three_d_secure_usage": None,
            "wallet": None,
        },
        "customer": customer,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    world.secret[made["id"]]["card"] = CARDS[number]
    return world.add(made)


def of_method(world: World, method: str) -> Card:
    """The card of a payment method."""
    card: Card = world.secret[method]["card"]
    return card
