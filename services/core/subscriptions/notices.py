"""What subscribers are told, each once: that it began, that a payment failed, that it will end, that it has ended."""

from datetime import datetime

from services.contracts.subscriptions import SubscriptionState
from services.core.kit.database import WriteSession
from services.core.notices.service import ACCOUNT, tell
from services.core.registry.notices import MailTiming, NoticeKind, Values
from services.core.subscriptions.machine import Standing
from services.core.subscriptions.models import Subscription


def _link(*_: object) -> str:
    return "/settings"


STARTED = NoticeKind(
    name="subscription_started",
    title="Subscriptions that begin",
    values=frozenset(),
    sentence=lambda *_: "Your subscription has begun: thank you. The monthly limit of publishes is lifted",
    link=_link,
)
UNPAID = NoticeKind(
    name="subscription_unpaid",
    title="Payments for a subscription that failed",
    values=frozenset({"until"}),
    sentence=lambda values, _: _unpaid(values),
    link=_link,
    mail=MailTiming.NOW,
)
ENDING = NoticeKind(
    name="subscription_ending",
    title="Subscriptions that will end",
    values=frozenset({"until"}),
    sentence=lambda values, _: f"Your subscription ends on {values['until']}. Your works, drafts and versions stay",
    link=_link,
    mail=MailTiming.NOW,
)
ENDED = NoticeKind(
    name="subscription_ended",
    title="Subscriptions that have ended",
    values=frozenset(),
    sentence=lambda *_: "Your subscription has ended: publishes are counted again. Nothing of yours is deleted",
    link=_link,
    mail=MailTiming.NOW,
)

ALL = (STARTED, UNPAID, ENDING, ENDED)


def _unpaid(values: Values) -> str:
    return (
        f"The payment for your subscription failed. Everything goes on until {values['until']}: mend it in the settings"
    )


async def tell_change(session: WriteSession, row: Subscription, was: SubscriptionState | None, now: Standing) -> None:
    """Tell the subscriber what a step means for them; what was told before is not told again."""
    match now.state:
        case SubscriptionState.ACTIVE if was in (None, SubscriptionState.INCOMPLETE):
            await _tell(session, STARTED, row, row.id, {})
        case SubscriptionState.PAST_DUE if now.pay_until is not None and row.due_at is not None:
            await _tell(session, UNPAID, row, f"{row.id}:{row.due_at:%Y-%m-%d}", {"until": _day(now.pay_until)})
        case SubscriptionState.ENDING if now.ends_at is not None:
            await _tell(session, ENDING, row, f"{row.id}:{now.ends_at:%Y-%m-%d}", {"until": _day(now.ends_at)})
        case SubscriptionState.ENDED if was not in (None, SubscriptionState.INCOMPLETE, SubscriptionState.ENDED):
            await _tell(session, ENDED, row, row.id, {})


async def _tell(session: WriteSession, kind: NoticeKind, row: Subscription, occasion: str, values: Values) -> None:
    await tell(session, kind, row.user_id, about=ACCOUNT, occasion=occasion, values=values)


def _day(at: datetime) -> str:
    return f"{at.day} {at:%B %Y}"
