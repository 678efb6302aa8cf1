"""Sweeps: have fetched what may have moved although no event told so. They ask the database alone, and write jobs.

With every event lost, all is right within two of them: each has fetched what is moving, sent what was not sent, and
taken what was not taken. What is still (a paid order that is held, a payout account that is ready) comes seldom.
"""

from datetime import timedelta

from sqlalchemy import text

from services.core.jobs.outbox import Job, enqueue_once
from services.core.kit.database import WriteSession
from services.core.payments import calls
from services.core.payments.jobs import FETCH, SEND, TAKE_EVENT
from services.core.payments.settings import PaymentSettings

EVERY = timedelta(minutes=15)
UNDELIVERED_EVERY = timedelta(minutes=5)
# Of each kind; those that were not looked at for longest come first, so none is left out for ever.
_MOST = 500

# Kind and id of what is to be fetched, in the provider's words but for `order`, a page that we never heard of.
_MOVING = (
    """
    SELECT CASE WHEN checkout_id IS NULL THEN 'order' ELSE 'checkout.session' END, coalesce(checkout_id, id::text)
    FROM payment_orders
    WHERE state IN ('asked', 'open', 'processing')
        AND created_at < now() - CASE WHEN state = 'asked' THEN interval '2 minutes' ELSE interval '10 minutes' END
    """,
    # Paid, and not booked; or held, and seldom looked at for refunds, warnings and disputes.
    """
    SELECT 'payment_intent', payment_id FROM payment_orders
    WHERE state IN ('paid', 'wrong') AND payment_id IS NOT NULL AND (
        cash_id IS NULL
        OR (refunded < amount AND paid_at > now() - interval '90 days' AND fetched_at < now() - interval '6 hours')
    )
    """,
    """
    SELECT 'payment_intent', payment_id FROM payment_disputes
    WHERE payment_id IS NOT NULL AND status NOT IN ('won', 'lost', 'prevented', 'warning_closed')
    """,
    """
    SELECT 'refund', id FROM payment_refunds
    WHERE status IN ('pending', 'requires_action')
        OR (status = 'succeeded' AND created_at > now() - interval '30 days'
            AND (cash_id IS NULL OR fetched_at < now() - interval '6 hours'))
    """,
    "SELECT 'transfer', id FROM payment_transfers WHERE cash_id IS NULL",
    "SELECT 'subscription', id FROM payment_plans WHERE ended_at IS NULL",
    """
    SELECT 'v2.core.account', account_id FROM payout_accounts
    WHERE state IN ('onboarding', 'restricted') OR (state = 'ready' AND fetched_at < now() - interval '6 hours')
    """,
)
_UNSENT = "SELECT id::text FROM payment_calls WHERE state = 'asked' AND created_at < now() - interval '2 minutes'"
_UNTAKEN = "SELECT id FROM payment_events WHERE taken_at IS NULL AND received_at < now() - interval '5 minutes'"
_UNSCRUBBED = """
    UPDATE payment_customers c SET scrub_at = now() + interval '1 day'
    WHERE scrub_at <= now()
        AND NOT EXISTS (SELECT FROM payment_plans p WHERE p.user_id = c.user_id AND p.ended_at IS NULL)
    RETURNING user_id::text, customer_id
"""


async def sweep(session: WriteSession, settings: PaymentSettings) -> int:
    """Write jobs for all that may have moved; how many."""
    if not settings.takes_money:
        return 0
    count = 0
    for statement in _MOVING:
        for kind, object_id in await session.execute(
            text(f"{statement} ORDER BY fetched_at NULLS FIRST LIMIT {_MOST}")
        ):
            count += await _ask(session, FETCH, kind=kind, object_id=object_id)
    for call_id in await session.scalars(text(f"{_UNSENT} ORDER BY created_at LIMIT {_MOST}")):
        count += await _ask(session, SEND, call_id=call_id)
    for event_id in await session.scalars(text(f"{_UNTAKEN} ORDER BY received_at LIMIT {_MOST}")):
        count += await _ask(session, TAKE_EVENT, event_id=event_id)
    return count + await scrub(session)


async def scrub(session: WriteSession) -> int:
    """Ask the provider to forget customers whose account has ended, and whose subscriptions, too."""
    count = 0
    for user_id, customer_id in (await session.execute(text(_UNSCRUBBED))).all():
        call = calls.scrub_customer(f"user:{user_id}", customer_id=customer_id)
        await calls.ask(session, call)
        count += 1
    return count


async def _ask(session: WriteSession, job: Job, **payload: str) -> bool:
    return await enqueue_once(session, job, delay=timedelta(), **payload) is not None
