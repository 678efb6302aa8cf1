"""Sending a call to the provider: intent, call, record, each its own step, so that a crash between two loses nothing.

A call that was sent and is not known to be done is looked up at the provider first. If it is not found, it is sent
again with the same key, with which the provider does nothing twice; after `KEY_HOURS` it may have forgotten the key,
and the next attempt has a key of its own.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, select, update
from sqlmodel import col

from services.core.jobs.events import emit
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import UnavailableError
from services.core.kit.tables import utc_now
from services.core.payments.events import CHANGED
from services.core.payments.following import Follower
from services.core.payments.models import CallKind, CallState, PaymentCall, PaymentCustomer
from services.core.payments.objects import RefundOrder, TransferOrder
from services.core.payments.provider import Provider, ProviderRefusedError

KEY_HOURS = 23
# A dispute that ended so, or is only an inquiry that ended, keeps no money from leaving.
_HARMLESS = frozenset({"won", "prevented", "warning_closed"})

log = structlog.get_logger("payments")


class ReleasesClosedError(UnavailableError):
    """The operator has stopped transfers for now; this one waits."""

    code = "releases_closed"
    title = "No money is sent at the moment"


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends calls. Raises `ProviderBusyError`, `LockedOutError` and `ReleasesClosedError` for the job to come again."""

    database: Database
    provider: Provider
    follower: Follower

    async def send(self, call_id: UUID) -> None:
        """Do what the call asks, unless that is done; record what came of it and tell its subject."""
        call, is_repeat = await self._take(call_id)
        if call is None:
            return
        try:
            result_id = await self._find(call) if is_repeat else None
            if result_id is None:
                if is_repeat:
                    call = await self._renew(call)
                result_id = await self._do(call)
        except ProviderRefusedError as error:
            await self._end(call, CallState.REFUSED, reason=error.reason)
            log.warning("call_refused", call_id=str(call.id), kind=call.kind, reason=error.reason)
            return
        await self._record(call, result_id)
        await self._end(call, CallState.DONE, result_id=result_id)

    async def _take(self, call_id: UUID) -> tuple[PaymentCall | None, bool]:
        """The call if it is still to be done, and whether it may have been sent before."""
        async with self.database.write() as session:
            call = await session.get(PaymentCall, call_id, with_for_update=True)
            if call is None or call.state != CallState.ASKED:
                return None, False
            is_repeat = call.sent_at is not None
            if call.kind == CallKind.TRANSFER and not is_repeat and not self.follower.settings.releases_open:
                raise ReleasesClosedError
            call.sent_at = call.sent_at or utc_now()
            return call, is_repeat

    async def _renew(self, call: PaymentCall) -> PaymentCall:
        """The call with the key that is good now: another one when the old may be forgotten."""
        async with self.database.write() as session:
            found = (
                await session.scalars(select(PaymentCall).where(col(PaymentCall.id) == call.id).with_for_update())
            ).one()
            if found.sent_at is not None and found.sent_at < utc_now() - timedelta(hours=KEY_HOURS):
                found.attempt += 1
                found.sent_at = utc_now()
            return found

    async def _find(self, call: PaymentCall) -> str | None:
        """The id of what the call made already, where the provider can be asked for it."""
        params: Any = call.params
        match call.kind:
            case CallKind.REFUND:
                found_refund = await self.provider.find_refund(RefundOrder(subject=call.subject, **params))
                return found_refund.id if found_refund is not None else None
            case CallKind.TRANSFER:
                found_transfer = await self.provider.find_transfer(TransferOrder(subject=call.subject, **params))
                return found_transfer.id if found_transfer is not None else None
            case CallKind.REVERSE:
                made = await self.provider.reversals(params["transfer_id"])
                wanted = (call.subject, params["amount"])
                return next((each.transfer_id for each in made if (each.subject, each.amount) == wanted), None)
            case _:
                # These do no harm when they are done again.
                return None

    async def _do(self, call: PaymentCall) -> str:
        params, key = dict[str, Any](call.params), f"{call.key}:{call.attempt}"
        match call.kind:
            case CallKind.REFUND:
                return (await self.provider.refund(RefundOrder(subject=call.subject, **params), key=key)).id
            case CallKind.TRANSFER:
                await self._check_transfer(call.subject, params)
                return (await self.provider.transfer(TransferOrder(subject=call.subject, **params), key=key)).id
            case CallKind.REVERSE:
                subject, amount = call.subject, params["amount"]
                made = await self.provider.reverse(params["transfer_id"], amount=amount, subject=subject, key=key)
                return made.transfer_id
            case CallKind.EXPIRE_CHECKOUT:
                return (await self.provider.expire_checkout(params["checkout_id"])).id
            case CallKind.CANCEL_PLAN:
                return (await self.provider.cancel_plan(params["plan_id"])).id
            case CallKind.SCRUB_CUSTOMER:
                await self.provider.scrub_customer(params["customer_id"])
                return str(params["customer_id"])

    async def _check_transfer(self, subject: str, params: dict[str, Any]) -> None:
        """Raise `ProviderRefusedError` unless the money may leave now, by what the provider says at this moment."""
        payment_id = await self.provider.payment_of_charge(params["charge_id"])
        payment = await self.provider.fetch_payment(payment_id) if payment_id is not None else None
        recipient = await self.provider.fetch_recipient(params["account_id"])
        refusal = None
        if payment is None or payment.metadata.get("subject") != subject or not payment.succeeded:
            refusal = "not_paid"
        elif any(dispute.status not in _HARMLESS for dispute in payment.disputes):
            refusal = "disputed"
        elif payment.warned_at is not None:
            refusal = "fraud_warning"
        elif payment.refunded:
            refusal = "refunded"
        elif not recipient.can_receive:
            refusal = "recipient_not_ready"
        elif recipient.country not in self.follower.settings.payable_countries:
            refusal = "country_not_payable"
        if refusal is None:
            return
        if payment is not None:
            await self.follower.payment(payment.id)
        await self.follower.recipient(params["account_id"])
        raise ProviderRefusedError(refusal)

    async def _record(self, call: PaymentCall, result_id: str) -> None:
        """Fetch what the call made into the mirror: what it answered may be an old answer."""
        match call.kind:
            case CallKind.REFUND:
                await self.follower.refund(result_id)
            case CallKind.TRANSFER | CallKind.REVERSE:
                await self.follower.transfer(result_id)
            case CallKind.EXPIRE_CHECKOUT:
                await self.follower.follow("checkout.session", result_id)
            case CallKind.CANCEL_PLAN:
                await self.follower.plan(result_id)
            case CallKind.SCRUB_CUSTOMER:
                async with self.database.write() as session:
                    await _forget_customer(session, result_id)

    async def _end(
        self, call: PaymentCall, state: CallState, *, result_id: str | None = None, reason: str | None = None
    ) -> None:
        async with self.database.write() as session:
            ended = {"state": state, "result_id": result_id, "reason": reason, "ended_at": utc_now()}
            await session.execute(
                update(PaymentCall)
                .where(col(PaymentCall.id) == call.id, col(PaymentCall.state) == CallState.ASKED)
                .values(ended)
                .execution_options(synchronize_session=False)
            )
            await emit(session, CHANGED, subject=call.subject)


async def _forget_customer(session: WriteSession, customer_id: str) -> None:
    """Drop the last pointer to the customer, of an account that has ended."""
    gone = col(PaymentCustomer.customer_id) == customer_id, col(PaymentCustomer.scrub_at).is_not(None)
    await session.execute(delete(PaymentCustomer).where(*gone).execution_options(synchronize_session=False))
