"""Subscribing: what is bought, for whoever may. The page itself is the provider's (services/core/payments/pages.py)."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.core.accounts.service import current_user
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.database import ReadSession
from services.core.kit.errors import ConflictError, NotFoundError
from services.core.payments.models import PaymentPlan
from services.core.payments.pages import Purchase
from services.core.subscriptions.settings import SubscriptionSettings

# Only after these does the provider charge nothing any more; all others are mended or ended in its portal.
_OVER = ("canceled", "incomplete_expired")
_PURPOSE = "subscription"


class AlreadySubscribedError(ConflictError):
    """There is a subscription that has not ended: changing, renewing or paying it is done in the portal."""

    code = "already_subscribed"
    title = "There is a subscription already"


async def purchase(session: ReadSession, caller: Caller, settings: SubscriptionSettings, offer_id: str) -> Purchase:
    """What the caller buys with this offer. Raises `NotFoundError` and `AlreadySubscribedError`.

    The mirror is asked, not what follows from it: a page that was paid a moment ago counts.
    """
    caller.require(Permission.PUBLISH)
    await current_user(session, caller.user_id)
    offer = settings.offer(offer_id)
    if offer is None:
        raise NotFoundError("This is not for sale here")
    if await _has_one(session, caller.user_id):
        raise AlreadySubscribedError("Change it, or pay what is due, in the portal")
    return Purchase(
        subject=f"user:{caller.user_id}",
        user_id=caller.user_id,
        amount=offer.amount,
        currency=offer.currency,
        title=offer.name,
        purpose=_PURPOSE,
        price_id=offer.price_id,
    )


async def _has_one(session: ReadSession, user_id: UUID) -> bool:
    running = select(col(PaymentPlan.id)).where(
        col(PaymentPlan.user_id) == user_id, col(PaymentPlan.status).not_in(_OVER)
    )
    return await session.scalar(running.limit(1)) is not None
