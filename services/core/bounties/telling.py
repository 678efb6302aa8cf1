"""Telling people of a step: each of them once, by the number of the move, in the order of their ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.contracts.bounties import PledgeState, ReturnReason
from services.core.accounts.models import User
from services.core.bounties import clocks, notices
from services.core.bounties.machine import Tell
from services.core.bounties.models import Pledge
from services.core.bounties.repository import Answer, Scene
from services.core.desires.notices import brief_text
from services.core.kit.database import ReadSession, WriteSession
from services.core.ledger.currencies import POINTS, in_words
from services.core.notices.service import tell
from services.core.registry.notices import NoticeKind, Values

_WORDS = {
    ReturnReason.WITHDRAWN: "you took it back",
    ReturnReason.EXPIRED: "nobody delivered in time",
    ReturnReason.CLOSED: "the desire cannot be answered any more",
    ReturnReason.SELF_DEALING: "nobody is paid by their own pledge, or by their own card",
    ReturnReason.FULL: "the desire has as many pledges as it may",
    ReturnReason.FRAUD_WARNING: "your bank warned us",
    ReturnReason.DECIDED: "it was decided for you",
    ReturnReason.UNDECIDED: "nobody decided in time",
    ReturnReason.UNPAYABLE: "the artist cannot be paid",
}


@dataclass(frozen=True, slots=True)
class _Notice:
    user_id: UUID
    kind: NoticeKind
    values: Values
    occasion: str
    by: UUID | None = None


async def tell_all(session: WriteSession, scene: Scene, tells: Sequence[Tell], reason: str) -> None:
    """Tell everybody whom a step concerns."""
    made = [each for what in tells for each in _notices(scene, what, reason)]
    await _send(session, scene.pledge, made)


async def remind(session: WriteSession, scene: Scene, when: str) -> None:
    """Tell the pledger once more that a work waits."""
    await _send(session, scene.pledge, [_waiting(scene, f"{scene.pledge.id}:{scene.pledge.moves}:{when}")])


async def warn_artist(session: WriteSession, pledge: Pledge, days: int) -> None:
    """Tell the artist that what was accepted cannot be sent to them yet."""
    if pledge.artist_id is None:
        return
    values = {**_facts(pledge, pledge.amount - pledge.fee), "until": day(clocks.give_up_at(pledge))}
    await _send(session, pledge, [_Notice(pledge.artist_id, notices.UNPAYABLE, values, f"{pledge.id}:day {days}")])


async def tell_changes(
    session: WriteSession, user_id: UUID, desire_id: str, answer: Answer, values: Values, by: UUID
) -> None:
    """Tell an artist which changes are wanted."""
    await tell(session, notices.CHANGES, user_id, about=desire_id, occasion=str(answer.id), values=values, by=by)


async def _send(session: WriteSession, pledge: Pledge, made: Sequence[_Notice]) -> None:
    here = await _living(session, {each.user_id for each in made})
    for each in sorted(made, key=lambda notice: notice.user_id):
        if each.user_id in here:
            await tell(
                session,
                each.kind,
                each.user_id,
                about=pledge.desire_id,
                occasion=each.occasion,
                values=each.values,
                by=each.by,
            )


async def _living(session: ReadSession, user_ids: set[UUID]) -> set[UUID]:
    statement = select(col(User.id)).where(col(User.id).in_(user_ids), col(User.deleted_at).is_(None))
    return set(await session.scalars(statement))


def _notices(scene: Scene, what: Tell, reason: str) -> list[_Notice]:
    pledge = scene.pledge
    occasion = f"{pledge.id}:{pledge.moves}"
    if what is Tell.WAITING:
        return [_waiting(scene, occasion)]
    to_pledger, to_artist = _VALUES[what]
    made = []
    if to_pledger is not None:
        values = _values(to_pledger, scene, pledge.amount, reason)
        by = pledge.artist_id if "who" in to_pledger.values else None
        made.append(_Notice(pledge.pledger_id, to_pledger, values, occasion, by))
    if to_artist is not None and pledge.artist_id is not None:
        made.append(_Notice(pledge.artist_id, to_artist, _values(to_artist, scene, _net(pledge), reason), occasion))
    return made


_VALUES: dict[Tell, tuple[NoticeKind | None, NoticeKind | None]] = {
    Tell.PAID: (notices.PAID, None),
    Tell.RETURNED: (notices.RETURNED, None),
    Tell.REFUNDED: (notices.REFUNDED, None),
    Tell.REFUND_STUCK: (notices.REFUND_STUCK, None),
    Tell.ACCEPTED: (notices.ACCEPTED, notices.WON),
    Tell.CONTESTED: (None, notices.CONTESTED),
    Tell.DECIDED: (notices.DECIDED, notices.DECIDED),
    Tell.SENT: (None, notices.SENT),
    Tell.UNPAYABLE: (None, notices.UNPAYABLE),
    Tell.CLAWED: (None, notices.CLAWED),
}


def _values(kind: NoticeKind, scene: Scene, amount: int, reason: str) -> Values:
    pledge = scene.pledge
    answer = scene.answer(pledge.answer_id)
    known = {
        **_facts(pledge, amount),
        "until": "" if kind is notices.UNPAYABLE else day(pledge.expires_at),
        "reason": _WORDS[pledge.reason] if kind is notices.RETURNED and pledge.reason is not None else reason,
        "who": answer.handle if answer is not None else "",
        "outcome": _outcome(pledge, reason),
    }
    return {name: known[name] for name in kind.values}


def _outcome(pledge: Pledge, reason: str) -> str:
    pays = pledge.state == PledgeState.ACCEPTED
    said = "the answer is paid" if pays else "it goes back to the requester"
    return f"{said}. {reason}" if reason else said


def _waiting(scene: Scene, occasion: str) -> _Notice:
    pledge = scene.pledge
    answer = scene.answer(pledge.answer_id)
    values = {
        **_facts(pledge, pledge.amount),
        "title": answer.title if answer is not None else "",
        "until": day(pledge.review_until),
    }
    return _Notice(pledge.pledger_id, notices.WAITING, values, occasion)


def _facts(pledge: Pledge, amount: int) -> dict[str, str]:
    words = in_words(amount, pledge.currency)
    return {"desire": brief_text(pledge.prompt), "money": _points(amount) if pledge.currency == POINTS else words}


def _points(amount: int) -> str:
    return "1 point" if amount == 1 else f"{amount} points"


def _net(pledge: Pledge) -> int:
    return pledge.amount - pledge.fee


def day(at: datetime | None) -> str:
    """A date for people."""
    return "" if at is None else f"{at.day} {at:%B %Y}"
