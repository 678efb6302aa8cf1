"""Reading pledges: one's own, and the bounty of a desire, which is counted from its pledges each time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.contracts.bounties import (
    BountyPledge,
    BountyState,
    BountySummary,
    ContestedPledge,
    Money,
    Objection,
    PledgeLine,
    PledgePublic,
    PledgeState,
)
from services.contracts.pages import Page
from services.contracts.shaders import Author
from services.core.accounts.models import User
from services.core.bounties.machine import BOUNTY
from services.core.bounties.models import Pledge, PledgeDecision, PledgeMove, PledgeObjection
from services.core.desires.models import Fulfilment
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession
from services.core.kit.errors import NotFoundError
from services.core.kit.pagination import keyset_page
from services.core.ledger.currencies import in_words
from services.core.shaders.models import Shader

MOST_PLEDGES = 100
PAID_OUT = (PledgeState.ACCEPTED, PledgeState.RELEASING, PledgeState.RELEASED)
_UNPAID = (PledgeState.AWAITING_PAYMENT, PledgeState.VOID)
_artist = aliased(User)


def money(amount: int, currency: str) -> Money:
    """An amount as the API gives it."""
    return Money(amount=amount, currency=currency, text=in_words(amount, currency))


async def pledge(session: ReadSession, caller: Caller, pledge_id: UUID) -> PledgePublic:
    """One's own pledge with its history. Raises `NotFoundError`."""
    mine = col(Pledge.id) == pledge_id, col(Pledge.pledger_id) == caller.user_id
    row = (await session.execute(_pledges().where(*mine))).one_or_none()
    if row is None:
        raise NotFoundError("There is no such pledge")
    return public(row, await _history(session, pledge_id))


async def own(session: ReadSession, caller: Caller, *, cursor: str | None, limit: int) -> Page[PledgePublic]:
    """One's own pledges, the newest first."""
    statement = _pledges().where(col(Pledge.pledger_id) == caller.user_id)
    keys = col(Pledge.created_at), col(Pledge.id)
    listing = f"pledges {caller.user_id}"
    rows, after = await keyset_page(session, statement, *keys, listing=listing, cursor=cursor, limit=limit)
    return Page(items=[public(row) for row in rows], next_cursor=after)


async def own_on(session: ReadSession, caller: Caller, desire_id: str) -> list[PledgePublic]:
    """One's own pledges on a desire, the newest first."""
    mine = col(Pledge.pledger_id) == caller.user_id, col(Pledge.desire_id) == desire_id
    newest = col(Pledge.created_at).desc(), col(Pledge.id)
    rows = await session.execute(_pledges().where(*mine).order_by(*newest).limit(MOST_PLEDGES))
    return [public(row) for row in rows]


async def to_decide(
    session: ReadSession, *states: PledgeState, cursor: str | None, limit: int
) -> Page[ContestedPledge]:
    """Operators: the pledges in these states, those that moved last first, with what each side said."""
    statement = _pledges().where(col(Pledge.state).in_(states))
    keys = col(Pledge.moved_at), col(Pledge.id)
    listing = f"pledges to decide {' '.join(states)}"
    rows, after = await keyset_page(session, statement, *keys, listing=listing, cursor=cursor, limit=limit)
    said = await objections(session, col(PledgeObjection.pledge_id).in_([row.Pledge.id for row in rows]))
    items = [
        ContestedPledge(
            **public(row, await _history(session, row.Pledge.id)).model_dump(),
            by=_author(row.User),
            title=row.title,
            objections=[each for name, each in said if name == row.Pledge.id],
            until=row.Pledge.contest_until,
        )
        for row in rows
    ]
    return Page(items=items, next_cursor=after)


async def everybodys(session: ReadSession, desire_id: str, currency: str) -> list[BountyPledge]:
    """The paid pledges on a desire as everybody sees them: who pledged what, and who was paid by it."""
    shown = col(Pledge.desire_id) == desire_id, col(Pledge.currency) == currency, col(Pledge.state).not_in(_UNPAID)
    newest = col(Pledge.created_at).desc(), col(Pledge.id)
    rows = await session.execute(_pledges().where(*shown).order_by(*newest).limit(MOST_PLEDGES))
    return [
        BountyPledge(
            by=_author(row.User),
            money=money(row.Pledge.amount, row.Pledge.currency),
            state=row.Pledge.state,
            expires_at=row.Pledge.expires_at,
            paid_to=_paid_to(row),
        )
        for row in rows
    ]


async def summaries(session: ReadSession, desire_ids: Iterable[str], currency: str) -> dict[str, BountySummary]:
    """The bounties of those of the desires that have one, for cards."""
    statement = (
        select(
            col(Pledge.desire_id),
            func.sum(col(Pledge.amount)),
            func.count(col(Pledge.pledger_id).distinct()),
            func.bool_or(col(Pledge.state) != PledgeState.ACTIVE),
        )
        .where(
            col(Pledge.desire_id).in_(list(desire_ids)),
            col(Pledge.state).in_(BOUNTY),
            col(Pledge.currency) == currency,
        )
        .group_by(col(Pledge.desire_id))
    )
    return {
        desire_id: BountySummary(
            total=money(int(total), currency),
            people=people,
            state=BountyState.IN_REVIEW if reviewed else BountyState.OPEN,
        )
        for desire_id, total, people, reviewed in await session.execute(statement)
    }


def state_of(states: Iterable[PledgeState], *, is_closed: bool) -> BountyState:
    """Where a bounty stands, by the states of its pledges."""
    found = set(states)
    if found & {PledgeState.IN_REVIEW, PledgeState.CONTESTED}:
        return BountyState.IN_REVIEW
    if PledgeState.ACTIVE in found:
        return BountyState.OPEN
    if found & set(PAID_OUT):
        return BountyState.SETTLED
    return BountyState.CLOSED if is_closed and found else BountyState.NONE


async def objections(session: ReadSession, *conditions: Any) -> list[tuple[UUID, Objection]]:
    """Objections by their pledges, the oldest first."""
    statement = (
        select(PledgeObjection, User)
        .join(User, col(User.id) == col(PledgeObjection.user_id))
        .where(*conditions)
        .order_by(col(PledgeObjection.created_at), col(PledgeObjection.id))
    )
    return [
        (said.pledge_id, Objection(by=_author(user), reason=said.reason, at=said.created_at))
        for said, user in await session.execute(statement)
    ]


def public(row: Any, history: Sequence[PledgeLine] = ()) -> PledgePublic:
    """A row of `_pledges` for whoever made it."""
    found: Pledge = row.Pledge
    return PledgePublic(
        id=found.id,
        desire_id=found.desire_id,
        prompt=found.prompt,
        money=money(found.amount, found.currency),
        state=found.state,
        reason=row.decision or found.reason,
        terms_version=found.terms_version,
        created_at=found.created_at,
        paid_at=found.paid_at,
        expires_at=found.expires_at,
        next_at=_next_at(found),
        answer_id=found.answer_id,
        shader_id=row.shader_id,
        paid_to=_paid_to(row),
        can_withdraw=found.state in (PledgeState.AWAITING_PAYMENT, PledgeState.ACTIVE),
        history=list(history),
    )


def _next_at(found: Pledge) -> datetime | None:
    times = {
        PledgeState.ACTIVE: found.expires_at,
        PledgeState.IN_REVIEW: found.review_until,
        PledgeState.CONTESTED: found.contest_until,
        PledgeState.AWAITING_PAYMENT: found.due_at,
    }
    return times.get(found.state)


def _pledges() -> Select[Any]:
    """Each pledge with its pledger, its artist, the work, and what was decided last."""
    decision = (
        select(col(PledgeDecision.reason))
        .where(col(PledgeDecision.pledge_id) == col(Pledge.id))
        .order_by(col(PledgeDecision.created_at).desc())
        .limit(1)
        .correlate(Pledge)
        .scalar_subquery()
    )
    return (
        select(
            Pledge,
            User,
            col(_artist.handle).label("artist_handle"),
            col(_artist.display_name).label("artist_name"),
            col(_artist.deleted_at).label("artist_deleted_at"),
            col(Fulfilment.shader_id).label("shader_id"),
            col(Shader.title).label("title"),
            decision.label("decision"),
        )
        .join(User, col(User.id) == col(Pledge.pledger_id))
        .outerjoin(_artist, col(_artist.id) == col(Pledge.artist_id))
        .outerjoin(Fulfilment, col(Fulfilment.id) == col(Pledge.answer_id))
        .outerjoin(Shader, col(Shader.id) == col(Fulfilment.shader_id))
        .execution_options(populate_existing=True)
    )


async def _history(session: ReadSession, pledge_id: UUID) -> list[PledgeLine]:
    statement = select(PledgeMove).where(col(PledgeMove.pledge_id) == pledge_id).order_by(col(PledgeMove.number))
    return [
        PledgeLine(at=each.at, event=each.event, state=each.state, reason=each.reason or None)
        for each in await session.scalars(statement)
    ]


def _paid_to(row: Any) -> Author | None:
    if row.Pledge.state not in PAID_OUT or row.artist_handle is None or row.artist_deleted_at is not None:
        return None
    return Author(handle=row.artist_handle, display_name=row.artist_name)


def _author(user: User) -> Author | None:
    return None if user.deleted_at is not None else Author(handle=user.handle, display_name=user.display_name)
