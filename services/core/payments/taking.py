"""Taking events: each is stored as it came, and says only which object to fetch.

What claims to be ours and is in no row of ours may be early: it is tried again for `EARLY`. If it is money then, nobody
will ever know what for, and it goes back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.core.jobs.outbox import enqueue
from services.core.kit.database import Database, WriteSession
from services.core.kit.tables import utc_now
from services.core.payments import calls
from services.core.payments.following import Follower, Outcome
from services.core.payments.jobs import TAKE_EVENT
from services.core.payments.mirror import unexpected
from services.core.payments.models import PaymentEvent, PayoutAccount
from services.core.payments.objects import Hint

EARLY, _KEPT, _AGAIN = timedelta(minutes=3), timedelta(days=29), timedelta(days=1)
# Where events come from that were asked for.
SWEEP = "sweep"
# What we ask endpoints for, by endpoint; docs/operations/payments.md lists them for whoever makes the endpoints.
TYPES = {
    "account": (
        *(f"checkout.session.{what}" for what in ("completed", "expired")),
        *(f"payment_intent.{what}" for what in ("succeeded", "payment_failed", "canceled")),
        "charge.updated",
        *(f"charge.dispute.{what}" for what in ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")),
        "radar.early_fraud_warning.created",
        *(f"refund.{what}" for what in ("created", "updated", "failed")),
        *(f"transfer.{what}" for what in ("created", "reversed")),
        *(f"customer.subscription.{what}" for what in ("created", "updated", "deleted", "paused", "resumed")),
        *(f"invoice.{what}" for what in ("paid", "payment_failed", "payment_action_required")),
        *(f"payout.{what}" for what in ("paid", "failed")),
    ),
    "connected": ("account.updated", "payout.failed"),
    "thin": (
        "v2.core.account.updated",
        "v2.core.account.closed",
        "v2.core.account[requirements].updated",
        "v2.core.account[configuration.recipient].capability_status_updated",
    ),
}


class EarlyEventError(Exception):
    """What the event is about is not in our rows yet; try again soon."""


async def store(session: WriteSession, endpoint: str, hint: Hint, payload: bytes) -> bool:
    """Keep an event and write its job, in one transaction; False when it stands already."""
    row = {
        "id": hint.id,
        "endpoint": endpoint,
        "type": hint.type[:100],
        "account_id": hint.account_id,
        "api_version": hint.api_version,
        "object_id": hint.object_id,
        "object_type": hint.object_type[:60],
        "parent_id": hint.parent_id,
        "created_at": hint.created_at,
        "received_at": utc_now(),
        "payload": payload,
    }
    made = insert(PaymentEvent).values(row).on_conflict_do_nothing(index_elements=["id"])
    if await session.scalar(made.returning(col(PaymentEvent.id))) is None:
        return False
    await enqueue(session, TAKE_EVENT, event_id=hint.id)
    return True


async def is_known_account(session: WriteSession, account_id: str) -> bool:
    """Whether a connected account is one of ours."""
    statement = select(col(PayoutAccount.user_id)).where(col(PayoutAccount.account_id) == account_id)
    return await session.scalar(statement) is not None


@dataclass(frozen=True, slots=True)
class EventTaker:
    """Does what stored events hint at."""

    database: Database
    follower: Follower

    async def take(self, event_id: str) -> None:
        """Fetch what the event is about. Raises `EarlyEventError`."""
        async with self.database.read() as session:
            event = await session.get(PaymentEvent, event_id)
        if event is None or event.taken_at is not None:
            return
        outcome, unexpected = await self._follow(event), None
        if outcome is Outcome.UNKNOWN:
            if event.received_at > utc_now() - EARLY:
                raise EarlyEventError
            unexpected = await self._unexpected(event)
        async with self.database.write() as session:
            said = outcome.value
            if unexpected is not None:
                await calls.ask(session, unexpected)
                said = "returned"
            await session.execute(
                update(PaymentEvent)
                .where(col(PaymentEvent.id) == event_id)
                .values(taken_at=func.now(), outcome=said)
                .execution_options(synchronize_session=False)
            )

    async def _follow(self, event: PaymentEvent) -> Outcome:
        if event.endpoint == "connected":
            return await self._follow_connected(event)
        return await self.follower.follow(event.object_type, event.object_id, event.parent_id)

    async def _follow_connected(self, event: PaymentEvent) -> Outcome:
        """What happens in an artist's account concerns us as far as it can be paid, and its bank takes it."""
        if event.account_id is None:
            return Outcome.FOREIGN
        if event.type == "payout.failed":
            await self._note_refusal(event.account_id, event.created_at)
        return await self.follower.follow("account", event.account_id)

    async def _note_refusal(self, account_id: str, at: datetime) -> None:
        async with self.database.write() as session:
            await session.execute(
                update(PayoutAccount)
                .where(col(PayoutAccount.account_id) == account_id)
                .values(bank_refused_at=at)
                .execution_options(synchronize_session=False)
            )

    async def fetch_undelivered(self) -> int:
        """Store what no endpoint of ours took since the last look; the provider keeps events for 30 days."""
        since = utc_now() - _KEPT
        async with self.database.read() as session:
            last = await session.scalar(
                select(func.max(col(PaymentEvent.created_at))).where(col(PaymentEvent.endpoint) == SWEEP)
            )
        found = [
            hint
            async for hint in self.follower.provider.undelivered(
                TYPES["account"], since=last - _AGAIN if last else since
            )
        ]
        for hint in sorted(found, key=lambda hint: hint.created_at):
            async with self.database.write() as session:
                await store(session, SWEEP, hint, b"")
        return len(found)

    async def _unexpected(self, event: PaymentEvent) -> calls.Call | None:
        """The refund of a payment that carries our mark and that no row of ours expects."""
        payment_id = event.object_id if event.object_type == "payment_intent" else event.parent_id
        if payment_id is None or not payment_id.startswith("pi_"):
            return None
        payment = await self.follower.provider.fetch_payment(payment_id)
        if not payment.succeeded or payment.received <= payment.refunded:
            return None
        return unexpected(payment)
