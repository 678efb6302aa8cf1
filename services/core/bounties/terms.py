"""The terms of a pledge. Each pledge keeps the version under which it was made; a later one never worsens it.

Change the text and its version together, and keep what older versions promised.
"""

from services.core.payments.settings import PaymentSettings

VERSION = "2026-11"


def terms(settings: PaymentSettings) -> str:
    """What a requester agrees to, in the numbers of this site."""
    if not settings.takes_money:
        return (
            f"Points are pledged at once. They come back to you after {settings.expiry_days} days without an answer, "
            "or when you take the pledge back while no work waits. When a work answers the desire, accept it or object "
            f"within {settings.review_days} days: after that it counts as accepted, and its author gets the points as "
            "reputation."
        )
    return (
        "A pledge is a prepayment for a commissioned work. You are charged now, and exactly this amount. All of it "
        f"goes back to you by itself after {settings.expiry_days} days without an answer, when the desire is withdrawn "
        "or removed, or when you take the pledge back while no work waits. When a work answers the desire, accept it "
        f"or object within {settings.review_days} days: after that it counts as accepted. If you object, the operator "
        f"decides within {settings.contest_days} days, else the money goes back to you. Accepted pledges are paid to "
        f"the artist, less a fee of {settings.fee_percent} %."
    )
