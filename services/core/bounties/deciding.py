"""Deciding about an answer: its pledgers accept or object, the desire's author asks for changes, an operator decides.

Each pledger decides about their own pledge only. The desire's author accepts for all (services/core/desires), to which
the other pledgers may object for 7 days. An answer that a pledger already has before them may be decided about before
its job has run.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.contracts.bounties import PledgeState
from services.contracts.desires import FulfilmentState
from services.core.accounts.service import hold_active
from services.core.audit.log import Actor, record
from services.core.bounties import clocks, repository, telling
from services.core.bounties.errors import (
    BountyInReviewError,
    ChangesAskedError,
    NothingWaitsError,
    PersonDecidesError,
    PledgeDecidedError,
    TooManyAnswersError,
)
from services.core.bounties.events import PledgeEvent
from services.core.bounties.machine import BOUNTY
from services.core.bounties.models import ChangesAsked, Pledge, PledgeDecision, PledgeObjection
from services.core.bounties.moving import Said, move
from services.core.bounties.repository import Answer, Scene
from services.core.desires.models import Desire, Fulfilment
from services.core.desires.notices import brief
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.payments.settings import PaymentSettings
from services.core.shaders.models import Shader
from services.core.shaders.repository import NotYoursError

MOST_ANSWERS = 3
_IN_REVIEW = (PledgeState.IN_REVIEW, PledgeState.CONTESTED)


async def accept(
    session: WriteSession,
    caller: Caller,
    pledge_id: UUID,
    answer_id: UUID | None,
    settings: PaymentSettings,
    now: datetime,
) -> Pledge:
    """Accept an answer by one's own pledge. Accepting the same twice changes nothing."""
    scene = await _own(session, caller, pledge_id, settings, now)
    pledge = scene.pledge
    wanted = answer_id or pledge.answer_id
    if pledge.accepted_at is not None and pledge.answer_id == wanted and pledge.state not in BOUNTY:
        return pledge
    answer = scene.answer(wanted)
    if answer is None:
        raise NothingWaitsError
    if not await move(session, scene, PledgeEvent.ACCEPTED, settings, now, Said(by=caller.user_id, answer=answer)):
        raise PledgeDecidedError(pledge.state)
    return pledge


async def object_to(
    session: WriteSession, caller: Caller, pledge_id: UUID, reason: str, settings: PaymentSettings, now: datetime
) -> Pledge:
    """Say that the answer is not what was pledged for; the operator decides."""
    scene = await _own(session, caller, pledge_id, settings, now)
    pledge = scene.pledge
    if pledge.state == PledgeState.ACTIVE or pledge.answer_id is None:
        raise NothingWaitsError
    if not await move(session, scene, PledgeEvent.OBJECTED, settings, now, Said(by=caller.user_id, reason=reason)):
        raise PledgeDecidedError(pledge.state)
    session.add(PledgeObjection(pledge_id=pledge.id, answer_id=pledge.answer_id, user_id=caller.user_id, reason=reason))
    await session.flush()
    return pledge


async def decide(
    session: WriteSession,
    operator: Caller,
    pledge_id: UUID,
    *,
    pays: bool,
    reason: str,
    settings: PaymentSettings,
    now: datetime,
) -> Pledge:
    """Operators: decide about a contested pledge, with a reason for both sides."""
    scene = await repository.scene(session, pledge_id)
    pledge = scene.pledge
    event = PledgeEvent.DECIDED_PAY if pays else PledgeEvent.DECIDED_RETURN
    if not await move(session, scene, event, settings, now, Said(by=operator.user_id, reason=reason)):
        raise PledgeDecidedError(pledge.state)
    session.add(PledgeDecision(pledge_id=pledge.id, operator_id=operator.user_id, pays=pays, reason=reason))
    await record(session, Actor.of(operator), "pledge.decided", f"pledge:{pledge.id}", pays=pays, reason=reason)
    return pledge


async def refund_again(
    session: WriteSession, operator: Caller, pledge_id: UUID, settings: PaymentSettings, now: datetime
) -> Pledge:
    """Operators: try a refund once more that the pledger's bank did not take."""
    scene = await repository.scene(session, pledge_id)
    if not await move(session, scene, PledgeEvent.REFUND_AGAIN, settings, now, Said(by=operator.user_id)):
        raise PledgeDecidedError(scene.pledge.state)
    await record(session, Actor.of(operator), "pledge.refunded_again", f"pledge:{pledge_id}")
    return scene.pledge


async def ask_for_changes(
    session: WriteSession, caller: Caller, desire_id: str, answer_id: UUID, wanted: str, now: datetime
) -> None:
    """The desire's author: ask for changes to an answer that pledges wait for, once and within 7 days."""
    desire, answer, made = await _answer(session, desire_id, answer_id)
    if desire.author_id != caller.user_id:
        raise NotYoursError
    pledges = await _waiting_for(session, answer_id)
    # Those that are active will wait for it as soon as their job has run.
    counted = await repository.count_counted(session, desire_id)
    if answer is None or made.state != FulfilmentState.SUBMITTED or not counted:
        raise NothingWaitsError
    if await session.get(ChangesAsked, answer_id) is not None or now > made.created_at + clocks.CHANGES:
        raise ChangesAskedError
    until = now + clocks.CHANGES
    session.add(ChangesAsked(answer_id=answer_id, user_id=caller.user_id, wanted=wanted, asked_at=now, until=until))
    _begin_again(pledges, now)
    await session.flush()
    values = {"title": answer.title, "desire": brief(desire), "wanted": wanted, "until": telling.day(until)}
    await telling.tell_changes(session, answer.author_id, desire_id, answer, values, caller.user_id)


async def send_again(session: WriteSession, caller: Caller, desire_id: str, answer_id: UUID, now: datetime) -> None:
    """The artist: the answer's newest version with a picture is what is decided about, as changes were asked for."""
    _, answer, made = await _answer(session, desire_id, answer_id)
    if made.author_id != caller.user_id:
        raise NotYoursError
    asked = await session.get(ChangesAsked, answer_id, populate_existing=True)
    if answer is None or asked is None or asked.answered_at is not None or now > asked.until:
        raise NothingWaitsError
    shader = await session.get_one(Shader, made.shader_id)
    made.version, asked.answered_at = shader.rendered_version or made.version, now
    pledges = await _waiting_for(session, answer_id)
    _begin_again(pledges, now)
    await session.flush()
    for pledge in sorted(pledges, key=lambda each: each.pledger_id):
        await telling.remind(session, await repository.scene(session, pledge.id), "changed")


async def require_pledgers_decide(session: ReadSession, desire_id: str, answer_id: UUID) -> None:
    """Raise `BountyInReviewError` where pledges wait for the answer: the desire's author cannot decline it alone.

    Active ones will wait for it as soon as their job has run.
    """
    waits = (col(Pledge.answer_id) == answer_id) & col(Pledge.state).in_(_IN_REVIEW)
    will_wait = col(Pledge.state) == PledgeState.ACTIVE
    statement = select(col(Pledge.id)).where(col(Pledge.desire_id) == desire_id, waits | will_wait)
    if await session.scalar(statement.limit(1)) is not None:
        raise BountyInReviewError


async def require_person(session: ReadSession, caller: Caller, desire_id: str) -> None:
    """Raise `PersonDecidesError` where a key would accept what others' pledges then pay."""
    if caller.key_id is not None and await repository.count_counted(session, desire_id):
        raise PersonDecidesError


async def require_may_answer(session: ReadSession, caller: Caller, desire_id: str, shader_id: str) -> None:
    """Raise `TooManyAnswersError`: to a desire with a bounty one answer waits at a time, and three of an account's."""
    counted = select(col(Pledge.desire_id)).where(col(Pledge.state).in_(BOUNTY))
    statement = select(col(Fulfilment.desire_id)).where(
        col(Fulfilment.author_id) == caller.user_id,
        # Said again it changes nothing.
        (col(Fulfilment.desire_id) != desire_id) | (col(Fulfilment.shader_id) != shader_id),
        col(Fulfilment.state) == FulfilmentState.SUBMITTED,
        col(Fulfilment.desire_id).in_(counted),
    )
    open_ones = list(await session.scalars(statement))
    has_bounty = bool(await repository.count_counted(session, desire_id))
    if has_bounty and (desire_id in open_ones or len(open_ones) >= MOST_ANSWERS):
        raise TooManyAnswersError("One to each desire with a bounty, and three at a time: take one back first")


async def _own(
    session: WriteSession, caller: Caller, pledge_id: UUID, settings: PaymentSettings, now: datetime
) -> Scene:
    """One's own pledge, which waits for the answer that there is."""
    await hold_active(session, caller.user_id)
    scene = await repository.scene(session, pledge_id)
    if scene.pledge.pledger_id != caller.user_id:
        raise NotFoundError("There is no such pledge")
    if scene.pledge.state == PledgeState.ACTIVE and scene.answers:
        await move(session, scene, PledgeEvent.ANSWERED, settings, now)
    return scene


async def _answer(session: WriteSession, desire_id: str, answer_id: UUID) -> tuple[Desire, Answer | None, Fulfilment]:
    desire = await repository.locked_desire(session, desire_id)
    made = await session.get(Fulfilment, answer_id, populate_existing=True)
    if desire is None or made is None or made.desire_id != desire_id:
        raise NotFoundError("There is no such answer to this desire")
    answers = await repository.standing(session, desire)
    return desire, next((each for each in answers if each.id == answer_id), None), made


async def _waiting_for(session: WriteSession, answer_id: UUID) -> list[Pledge]:
    statement = select(Pledge).where(col(Pledge.answer_id) == answer_id, col(Pledge.state) == PledgeState.IN_REVIEW)
    return list(await session.scalars(statement.order_by(col(Pledge.id)).with_for_update()))


def _begin_again(pledges: list[Pledge], now: datetime) -> None:
    """The review's time begins anew, as there is something else to look at."""
    for pledge in pledges:
        until = clocks.review_until(now, pledge.paid_at or now, 14)
        pledge.review_since, pledge.review_until = now, max(pledge.review_until or now, until)
        pledge.due_at = clocks.due_at(pledge, now, release_days=0)
