"""The bounty of a desire as a page: sums, people, dates, attempts with what each would get; and the board by bounty.

Nothing of it is stored: a pledge that is gone is gone from the sum. What pledgers object is read by whoever takes part,
and by operators.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, select
from sqlmodel import col

from services.contracts.bounties import Attempt, AttemptState, BountyPublic, Objection, PledgeState
from services.contracts.desires import DesireState, DesireSummary, FulfilmentState
from services.contracts.pages import Page
from services.contracts.shaders import AiLabel, Author
from services.core.accounts.models import User
from services.core.bounties import reading, repository
from services.core.bounties.machine import BOUNTY
from services.core.bounties.models import ChangesAsked, Pledge, PledgeObjection
from services.core.bounties.pledging import refusal
from services.core.bounties.reading import PAID_OUT, money
from services.core.bounties.releasing import recipient_problem
from services.core.bounties.terms import VERSION, terms
from services.core.desires import reading as desires
from services.core.desires import repository as desire_rows
from services.core.desires.models import Desire, Fulfilment
from services.core.desires.visibility import shown
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.database import ReadSession
from services.core.kit.pagination import keyset_page
from services.core.payments.capabilities import require_provider
from services.core.payments.settings import PaymentSettings
from services.core.shaders.models import Shader
from services.core.shaders.visibility import visible_to as work_visible_to

_WAITING = (PledgeState.IN_REVIEW, PledgeState.CONTESTED)


async def bounty(
    session: ReadSession, caller: Caller | None, desire_id: str, settings: PaymentSettings, now: datetime
) -> BountyPublic:
    """The bounty of a desire that the caller may see. Raises `NotFoundError` and `PaymentsOffError`."""
    require_provider(settings)
    desire = await desire_rows.visible(session, caller, desire_id)
    unit = settings.unit
    pledges = await _of_desire(session, desire_id, unit)
    counted = [each for each in pledges if each.state in BOUNTY]
    closed = await repository.is_closed(session, desire)
    return BountyPublic(
        desire_id=desire_id,
        state=reading.state_of((each.state for each in pledges), is_closed=closed),
        total=money(sum(each.amount for each in counted), unit),
        people=len({each.pledger_id for each in counted}),
        next_expiry=min(
            (each.expires_at for each in counted if each.state == PledgeState.ACTIVE and each.expires_at is not None),
            default=None,
        ),
        paid=money(sum(each.amount for each in pledges if each.state in PAID_OUT), unit),
        fee_percent=settings.fee_percent if settings.takes_money else 0,
        terms=terms(settings),
        terms_version=VERSION,
        pledges=await reading.everybodys(session, desire_id, unit),
        attempts=await _attempts(session, caller, desire, pledges, unit, now),
        own=await reading.own_on(session, caller, desire_id) if caller is not None else [],
        refusal=await _refusal(session, caller, desire, settings, now),
        payout_problem=await _payout_problem(session, caller, settings),
    )


async def board(
    session: ReadSession, caller: Caller | None, settings: PaymentSettings, *, cursor: str | None, limit: int
) -> Page[DesireSummary]:
    """The open desires on which something is pledged, the most first."""
    require_provider(settings)
    sums = (
        select(col(Pledge.desire_id).label("desire_id"), cast(func.sum(col(Pledge.amount)), BigInteger).label("total"))
        .join(Desire, col(Desire.id) == col(Pledge.desire_id))
        .join(User, col(User.id) == col(Desire.author_id))
        .where(
            col(Pledge.state).in_(BOUNTY),
            col(Pledge.currency) == settings.unit,
            col(Desire.state) == DesireState.OPEN,
            shown(),
        )
        .group_by(col(Pledge.desire_id))
        .subquery()
    )
    keys = sums.c.total, sums.c.desire_id
    listing = f"desires by bounty {settings.unit}"
    rows, after = await keyset_page(
        session, select(sums.c.desire_id), *keys, listing=listing, cursor=cursor, limit=limit
    )
    ids = [row.desire_id for row in rows]
    cards = await desires.summaries_of(session, caller, ids)
    items = [cards[each] for each in ids if each in cards]
    return Page(items=await with_bounties(session, items, settings), next_cursor=after)


async def with_bounties(
    session: ReadSession, cards: Iterable[DesireSummary], settings: PaymentSettings
) -> list[DesireSummary]:
    """The same cards, each with its bounty."""
    items = list(cards)
    if not settings.is_on or not items:
        return items
    found = await reading.summaries(session, [each.id for each in items], settings.unit)
    return [each.model_copy(update={"bounty": found.get(each.id)}) for each in items]


def attempt_state(
    made: FulfilmentState, *, waiting: int, accepted: int, objected: bool, changes_open: bool
) -> AttemptState:
    """Where an answer stands, by its own state and by how many pledges wait for it or were accepted."""
    if made == FulfilmentState.WITHDRAWN:
        return AttemptState.WITHDRAWN
    if accepted:
        return AttemptState.PARTLY_ACCEPTED if waiting else AttemptState.ACCEPTED
    if made == FulfilmentState.DECLINED or (objected and not waiting):
        return AttemptState.REJECTED
    if made == FulfilmentState.ACCEPTED and not waiting:
        return AttemptState.ACCEPTED
    return AttemptState.CHANGES_ASKED if changes_open else AttemptState.SUBMITTED


async def _of_desire(session: ReadSession, desire_id: str, currency: str) -> list[Pledge]:
    statement = select(Pledge).where(col(Pledge.desire_id) == desire_id, col(Pledge.currency) == currency)
    return list(await session.scalars(statement.execution_options(populate_existing=True)))


async def _attempts(
    session: ReadSession, caller: Caller | None, desire: Desire, pledges: list[Pledge], unit: str, now: datetime
) -> list[Attempt]:
    statement = (
        select(Fulfilment, Shader, User, ChangesAsked)
        .join(Shader, col(Shader.id) == col(Fulfilment.shader_id))
        .join(User, col(User.id) == col(Fulfilment.author_id))
        .outerjoin(ChangesAsked, col(ChangesAsked.answer_id) == col(Fulfilment.id))
        .where(
            col(Fulfilment.desire_id) == desire.id,
            col(Fulfilment.state).in_(repository.OFFERED),
            work_visible_to(caller),
        )
        .order_by(col(Fulfilment.created_at), col(Fulfilment.id))
        .execution_options(populate_existing=True)
    )
    rows = (await session.execute(statement)).all()
    said: dict[UUID, list[tuple[UUID, Objection]]] = {}
    if _reads_words(caller, desire, pledges, [row[0] for row in rows]):
        for row in rows:
            said[row[0].id] = await reading.objections(session, col(PledgeObjection.answer_id) == row[0].id)
    objected = set(
        await session.scalars(
            select(col(PledgeObjection.answer_id)).where(
                col(PledgeObjection.answer_id).in_([row[0].id for row in rows])
            )
        )
    )
    return [
        _attempt(row, pledges, unit, now, [each for _, each in said.get(row[0].id, [])], row[0].id in objected)
        for row in rows
    ]


def _attempt(
    row: Any, pledges: list[Pledge], unit: str, now: datetime, said: list[Objection], objected: bool
) -> Attempt:
    made, shader, author, changes = row
    mine = [each for each in pledges if each.answer_id == made.id]
    waiting = [each for each in mine if each.state in _WAITING]
    accepted = [each for each in mine if each.state in PAID_OUT]
    is_open = changes is not None and changes.answered_at is None and changes.until > now
    ends = [each.review_until for each in waiting if each.review_until is not None]
    return Attempt(
        id=made.id,
        shader_id=made.shader_id,
        version=made.version,
        title=shader.title,
        author=Author(handle=author.handle, display_name=author.display_name),
        state=attempt_state(
            made.state, waiting=len(waiting), accepted=len(accepted), objected=objected, changes_open=is_open
        ),
        by_agent=shader.ai_label == AiLabel.AI_GENERATED,
        submitted_at=made.created_at,
        accepts_at=min((each for each in ends), default=None),
        waiting=money(sum(each.amount for each in waiting), unit),
        accepted=money(sum(each.amount for each in accepted), unit),
        net=money(sum(each.amount - each.fee for each in waiting), unit),
        changes=changes.wanted if changes is not None else None,
        changes_until=changes.until if changes is not None else None,
        objections=said,
    )


def _reads_words(caller: Caller | None, desire: Desire, pledges: list[Pledge], made: list[Fulfilment]) -> bool:
    """Whether the caller takes part in the bounty, or decides about it."""
    if caller is None:
        return False
    people = {desire.author_id, *(each.pledger_id for each in pledges), *(each.author_id for each in made)}
    return caller.user_id in people or caller.may(Permission.DECIDE_PLEDGES)


async def _refusal(
    session: ReadSession, caller: Caller | None, desire: Desire, settings: PaymentSettings, now: datetime
) -> str | None:
    if caller is None:
        return "unauthorized"
    refused = await refusal(session, caller, desire, settings, now)
    return None if refused is None else refused.code


async def _payout_problem(session: ReadSession, caller: Caller | None, settings: PaymentSettings) -> str | None:
    if caller is None or not settings.takes_money:
        return None
    return await recipient_problem(session, caller.user_id, settings)
