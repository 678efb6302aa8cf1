"""Bringing a pledge in line with what the provider says: the mirror of payments, as last fetched.

Like looking.py it asks for the present state and not for what happened, so late, doubled and missing events make no
difference. Several things may be new at once; each is a move of its own.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.contracts.bounties import PledgeState as S
from services.core.bounties import asking, repository
from services.core.bounties.events import PledgeEvent as E
from services.core.bounties.models import Pledge
from services.core.bounties.moving import NOBODY, Said, move
from services.core.bounties.repository import Scene
from services.core.kit.database import Database, ReadSession, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.payments.calls import calls_of
from services.core.payments.models import CallKind, CallState, PaymentCall, PaymentDispute, PaymentRefund
from services.core.payments.settings import PaymentSettings

_MOST_AT_ONCE = 10
_WON = frozenset({"won", "prevented", "warning_closed"})
_WARNED_IN = frozenset({S.ACTIVE, S.IN_REVIEW, S.CONTESTED, S.ACCEPTED})


async def follow(database: Database, settings: PaymentSettings, subject: str, now: datetime) -> int:
    """Look at the provider's word on a pledge; how often it moved. Other subjects are not ours."""
    kind, _, name = subject.partition(":")
    if kind != "pledge":
        return 0
    async with database.write() as session:
        try:
            return await follow_pledge(session, UUID(name), settings, now)
        except NotFoundError:
            return 0


async def follow_pledge(session: WriteSession, pledge_id: UUID, settings: PaymentSettings, now: datetime) -> int:
    """The same in a transaction."""
    return await follow_scene(session, await repository.scene(session, pledge_id), settings, now)


async def follow_scene(session: WriteSession, scene: Scene, settings: PaymentSettings, now: datetime) -> int:
    """The same for one under lock."""
    for moved in range(_MOST_AT_ONCE):
        found = await _news(session, scene.pledge)
        if found is None or not await move(session, scene, found[0], settings, now, found[1]):
            return moved
    return _MOST_AT_ONCE


async def _news(session: WriteSession, pledge: Pledge) -> tuple[E, Said] | None:
    """The next thing that the mirror knows and the pledge does not."""
    if pledge.state in (S.AWAITING_PAYMENT, S.VOID):
        paid = await asking.paid_order(session, pledge.id)
        return None if paid is None else (E.PAID, Said(paid_at=paid.paid_at))
    event = await _dispute(session, pledge)
    if event is None and pledge.state in _WARNED_IN:
        paid = await asking.paid_order(session, pledge.id)
        event = E.WARNED if paid is not None and paid.warned_at is not None else None
    if event is None and (pledge.state in (S.REFUNDING, S.REFUND_STUCK, S.REFUNDED) or pledge.state == S.DISPUTED):
        event = await _refund(session, pledge)
    if event is None and pledge.state == S.RELEASING:
        event = await _transfer(session, pledge)
    return None if event is None else (event, NOBODY)


async def _dispute(session: ReadSession, pledge: Pledge) -> E | None:
    """A dispute's state is written down with its event. There may be several, one after the other."""
    statement = select(PaymentDispute).where(col(PaymentDispute.subject) == asking.subject_of(pledge.id))
    order = col(PaymentDispute.created_at), col(PaymentDispute.id)
    found = list(await session.scalars(statement.order_by(*order).execution_options(populate_existing=True)))
    if pledge.dispute_open:
        return _decided(pledge, next((each for each in found if each.id == pledge.dispute_id), None))
    if pledge.dispute_lost:
        return None
    taking = (each for each in found if (each.taken > 0 or each.status == "lost") and each.status not in _WON)
    new = next(taking, None)
    if new is None:
        return None
    pledge.dispute_open, pledge.dispute_id, pledge.disputed = True, new.id, new.taken or new.amount
    return E.DISPUTED


def _decided(pledge: Pledge, dispute: PaymentDispute | None) -> E | None:
    """What became of the dispute that is open for the pledge."""
    if dispute is not None and dispute.status == "lost":
        pledge.dispute_open, pledge.dispute_lost = False, True
        return E.DISPUTE_LOST
    if dispute is None or dispute.status in _WON or dispute.taken <= 0:
        pledge.dispute_open = False
        return E.DISPUTE_WON
    return None


async def _refund(session: ReadSession, pledge: Pledge) -> E | None:
    call = await _latest(session, pledge, CallKind.REFUND)
    if call is None or call.state == CallState.ASKED:
        return None
    if call.state == CallState.REFUSED:
        return E.REFUND_FAILED if pledge.state == S.REFUNDING else None
    refund = await session.get(PaymentRefund, call.result_id, populate_existing=True)
    if refund is None:
        return None
    if refund.status in ("failed", "canceled"):
        return E.REFUND_FAILED if pledge.state in (S.REFUNDING, S.REFUNDED) else None
    is_back = refund.status == "succeeded" and refund.cash_id is not None
    return E.REFUNDED if is_back and pledge.state != S.REFUNDED else None


async def _transfer(session: ReadSession, pledge: Pledge) -> E | None:
    call = await _latest(session, pledge, CallKind.TRANSFER)
    if call is None or call.state == CallState.ASKED:
        return None
    return E.SENT if call.state == CallState.DONE else E.SEND_REFUSED


async def _latest(session: ReadSession, pledge: Pledge, kind: CallKind) -> PaymentCall | None:
    found = [each for each in await calls_of(session, asking.subject_of(pledge.id)) if each.kind == kind]
    return found[-1] if found else None
