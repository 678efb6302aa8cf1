"""Asking the provider for something, in the transaction that decides it.

`ask` writes the intent and its job; nothing is sent before the caller's commit, and nothing is lost after it. A call is
named by kind, subject and occasion: asked twice it is one call, and asked with other parameters it is a mistake
(`CallChangedError`). What became of it is in the mirror (mirror.py) or its `reason`; `CHANGED` tells the subject.

In points there is nobody to ask: who decides, steps on at once.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from services.core.jobs.outbox import enqueue
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError
from services.core.payments.jobs import SEND
from services.core.payments.models import CallKind, CallState, PaymentCall

Params = Mapping[str, str | int]


class CallChangedError(ConflictError):
    """The same call was asked before with other parameters."""

    code = "call_changed"
    title = "This was asked of the payment provider before, and otherwise"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One thing asked of the provider for `subject`; `occasion` where there may be several of a kind."""

    kind: CallKind
    subject: str
    params: Params
    occasion: str = ""

    @property
    def key(self) -> str:
        """Its name, which is the beginning of the provider's idempotency key."""
        return ":".join(filter(None, (self.kind.value, self.subject, self.occasion)))


def refund(subject: str, *, payment_id: str, amount: int, currency: str, occasion: str = "") -> Call:
    """Give back this much of a payment."""
    params: Params = {"payment_id": payment_id, "amount": amount, "currency": currency}
    return Call(kind=CallKind.REFUND, subject=subject, params=params, occasion=occasion)


def transfer(subject: str, *, account_id: str, charge_id: str, amount: int, currency: str, group: str) -> Call:
    """Send this much of a charge to a payout account."""
    params: Params = {"account_id": account_id, "charge_id": charge_id, "amount": amount, "currency": currency}
    return Call(kind=CallKind.TRANSFER, subject=subject, params={**params, "group": group})


def reverse(subject: str, *, transfer_id: str, amount: int) -> Call:
    """Take this much of a transfer back."""
    return Call(kind=CallKind.REVERSE, subject=subject, params={"transfer_id": transfer_id, "amount": amount})


def expire_checkout(subject: str, *, checkout_id: str) -> Call:
    """End an open payment page."""
    return Call(
        kind=CallKind.EXPIRE_CHECKOUT, subject=subject, params={"checkout_id": checkout_id}, occasion=checkout_id
    )


def cancel_plan(subject: str, *, plan_id: str) -> Call:
    """End a subscription now."""
    return Call(kind=CallKind.CANCEL_PLAN, subject=subject, params={"plan_id": plan_id}, occasion=plan_id)


def scrub_customer(subject: str, *, customer_id: str) -> Call:
    """Have the provider forget a customer."""
    return Call(kind=CallKind.SCRUB_CUSTOMER, subject=subject, params={"customer_id": customer_id})


async def ask(session: WriteSession, call: Call) -> UUID:
    """Write the intent and its job, unless it stands already; the call's id. Raises `CallChangedError`."""
    mark = hashlib.sha256(json.dumps(call.params, sort_keys=True).encode()).hexdigest()
    row = {"id": uuid4(), "kind": call.kind, "subject": call.subject, "key": call.key, "params": dict(call.params)}
    made: UUID | None = await session.scalar(
        insert(PaymentCall)
        .values(**row, params_hash=mark, state=CallState.ASKED, attempt=1)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(col(PaymentCall.id))
    )
    if made is None:
        found = (await session.scalars(select(PaymentCall).where(col(PaymentCall.key) == call.key))).one()
        if found.params_hash != mark:
            raise CallChangedError
        return found.id
    await enqueue(session, SEND, call_id=str(made))
    return made


async def ask_again(session: WriteSession, call_id: UUID) -> bool:
    """Send a refused call once more, with a new key; whether it was refused."""
    anew = {"state": CallState.ASKED, "attempt": PaymentCall.attempt + 1, "sent_at": None, "reason": None}
    found: UUID | None = await session.scalar(
        update(PaymentCall)
        .where(col(PaymentCall.id) == call_id, col(PaymentCall.state) == CallState.REFUSED)
        .values(**anew, ended_at=None)
        .returning(col(PaymentCall.id))
    )
    if found is not None:
        await enqueue(session, SEND, call_id=str(call_id))
    return found is not None


async def refused_calls(session: ReadSession, *, limit: int = 50) -> Sequence[PaymentCall]:
    """Calls that the provider refused, the latest first."""
    statement = select(PaymentCall).where(col(PaymentCall.state) == CallState.REFUSED)
    return (await session.scalars(statement.order_by(col(PaymentCall.ended_at).desc()).limit(limit))).all()


async def calls_of(session: ReadSession, subject: str) -> Sequence[PaymentCall]:
    """The calls for a subject, the oldest first."""
    order = (col(PaymentCall.created_at), col(PaymentCall.id))
    return (
        await session.scalars(select(PaymentCall).where(col(PaymentCall.subject) == subject).order_by(*order))
    ).all()
