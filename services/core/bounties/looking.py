"""Bringing pledges in line with their desire, its answers and the time: jobs that may run any number of times.

What happened to the desire is not told but looked at, so no order of events matters and none is missed: a sweep finds
what changed without an event (a work that was hidden). Each pledge is a transaction of its own.
"""

from datetime import datetime, timedelta
from uuid import UUID

from services.contracts.bounties import PledgeState as S
from services.core.bounties import clocks, following, releasing, repository, telling
from services.core.bounties.events import PledgeEvent as E
from services.core.bounties.jobs import LOOK, TICK
from services.core.bounties.models import Pledge
from services.core.bounties.moving import NOBODY, Said, move
from services.core.bounties.repository import LIVING, Scene
from services.core.jobs.outbox import enqueue_once
from services.core.kit.database import Database, WriteSession
from services.core.payments.settings import PaymentSettings

_AT_ONCE = 200
_SOON = timedelta(0)
_AT_THE_PROVIDER = (S.AWAITING_PAYMENT, S.RELEASING, S.REFUNDING, S.DISPUTED)
# What was due and did not move is not asked for again at once.
_BREATH = timedelta(minutes=10)


async def look(database: Database, settings: PaymentSettings, desire_id: str, now: datetime) -> int:
    """Look at all pledges on a desire; how many moved."""
    async with database.read() as session:
        found = await repository.on_desire(session, desire_id, LIVING)
    moved = 0
    for pledge_id in found:
        async with database.write() as session:
            moved += await look_at(session, await repository.scene(session, pledge_id), settings, now)
    return moved


async def look_at(session: WriteSession, scene: Scene, settings: PaymentSettings, now: datetime) -> int:
    """Do what the desire and its answers mean for one pledge; how often it moved."""
    moved = 0
    # An answer that is accepted at once by the desire's author moves a pledge twice.
    while moved < 3:
        found = meaning(scene)
        if found is None or not await move(session, scene, found[0], settings, now, found[1]):
            break
        moved += 1
    return moved


def meaning(scene: Scene) -> tuple[E, Said] | None:
    """What the present state of the desire and its answers means for the pledge."""
    pledge = scene.pledge
    if pledge.state == S.AWAITING_PAYMENT:
        return (E.CLOSED, NOBODY) if scene.is_closed else None
    if pledge.state == S.ACTIVE:
        if scene.answered:
            return E.SELF_DEALING, NOBODY
        if scene.answers:
            return E.ANSWERED, NOBODY
        return (E.CLOSED, NOBODY) if scene.is_closed else None
    answer = scene.answer(pledge.answer_id)
    # One that had been accepted is the operator's to decide about.
    is_free = pledge.state == S.IN_REVIEW or (pledge.state == S.CONTESTED and pledge.accepted_at is None)
    if is_free and answer is None:
        return E.ANSWER_GONE, NOBODY
    if pledge.state == S.ACCEPTED and answer is None:
        return E.WORK_GONE, NOBODY
    return _by_owner(scene) if pledge.state == S.IN_REVIEW and pledge.owner_accepted_at is None else None


def _by_owner(scene: Scene) -> tuple[E, Said] | None:
    """The desire's author has accepted an answer: their own pledge follows, the others may object."""
    accepted = next((each for each in scene.answers if each.is_accepted), None)
    if accepted is None or scene.desire is None:
        return None
    owner = scene.desire.author_id
    event = E.ACCEPTED if owner == scene.pledge.pledger_id else E.OWNER_ACCEPTED
    return event, Said(by=owner, answer=accepted)


async def tick(database: Database, settings: PaymentSettings, pledge_id: UUID, now: datetime) -> None:
    """Do what the pledge's time has come for."""
    async with database.write() as session:
        scene = await repository.scene(session, pledge_id)
        pledge = scene.pledge
        if not _is_due(pledge, now):
            return
        await look_at(session, scene, settings, now)
        if pledge.state in _AT_THE_PROVIDER:
            # Its job should have done so; then this changes nothing.
            await following.follow_scene(session, scene, settings, now)
        if not _is_due(pledge, now):
            return
        if pledge.state == S.ACCEPTED:
            await releasing.release(session, scene, settings, now)
        elif pledge.state == S.IN_REVIEW and not _is_over(pledge.review_until, now):
            await _remind(session, scene, now)
        else:
            await _end(session, scene, settings, now)
        if _is_due(pledge, now):
            after = clocks.due_at(pledge, now, release_days=settings.release_days)
            pledge.due_at = None if after is None else max(after, now + _BREATH)


async def _end(session: WriteSession, scene: Scene, settings: PaymentSettings, now: datetime) -> None:
    event = {
        S.AWAITING_PAYMENT: E.CHECKOUT_ENDED,
        S.ACTIVE: E.EXPIRED,
        S.IN_REVIEW: E.SILENT,
        S.CONTESTED: E.UNDECIDED,
    }.get(scene.pledge.state)
    if event is not None:
        await move(session, scene, event, settings, now)


async def _remind(session: WriteSession, scene: Scene, now: datetime) -> None:
    since = scene.pledge.review_since or now
    past = [each.days for each in clocks.REMINDERS if since + each <= now]
    if past:
        await telling.remind(session, scene, f"day {past[-1]}")


def _is_due(pledge: Pledge, now: datetime) -> bool:
    return pledge.due_at is not None and pledge.due_at <= now


def _is_over(until: datetime | None, now: datetime) -> bool:
    return until is None or until <= now


async def ask_for_due(session: WriteSession, now: datetime) -> int:
    """Ask for the jobs of pledges whose time has come; how many."""
    found = await repository.due(session, now, _AT_ONCE)
    made = [await enqueue_once(session, TICK, delay=_SOON, pledge_id=str(each)) for each in found]
    return sum(each is not None for each in made)


async def ask_for_astray(session: WriteSession) -> int:
    """Ask for the jobs of desires whose pledges are not in line with them, without an event that said so."""
    found = await repository.astray(session, _AT_ONCE)
    made = [await enqueue_once(session, LOOK, delay=_SOON, desire_id=each) for each in found]
    return sum(each is not None for each in made)
