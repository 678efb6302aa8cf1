"""Reading desires: the board, a desire, its cluster, its fulfilments, and the desires that a work answers.

The board by heat has one card for each cluster, its first open wording, so that like wishes do not stand side by side;
by time it has every desire. Works are shown to whom they are visible; a fulfilment that was declined or taken back only
to the two whom it concerns.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, or_, select
from sqlmodel import col

from services.contracts.desires import (
    AnsweredDesire,
    ClusterPublic,
    DesirePublic,
    DesireState,
    DesireSummary,
    FulfilmentPublic,
    FulfilmentState,
    MembershipPublic,
    Span,
    Wording,
)
from services.contracts.pages import Page
from services.contracts.shaders import Author, ShaderSummary
from services.core.accounts.models import User
from services.core.desires import clusters, repository, similar
from services.core.desires.matching import Matcher
from services.core.desires.models import Cluster, Desire, Follow, Fulfilment, Membership
from services.core.desires.visibility import shown, visible_to
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.kit.database import ReadSession
from services.core.kit.errors import NotFoundError
from services.core.kit.pagination import keyset_page
from services.core.shaders.models import Shader
from services.core.shaders.repository import cards_of, require_visible
from services.core.shaders.views import cards
from services.core.shaders.visibility import visible_to as shader_visible_to

MOST_WORDINGS = 100
MOST_FULFILMENTS = 24
_MOST_ANSWERED = 20
_OFFERED = (FulfilmentState.SUBMITTED, FulfilmentState.ACCEPTED)


class DesireSort(StrEnum):
    """By how many want it, those of late counting more; the newest first; or by what is pledged (core/bounties)."""

    HEAT = "heat"
    NEW = "new"
    BOUNTY = "bounty"


async def board(
    session: ReadSession,
    caller: Caller | None,
    *,
    sort: DesireSort,
    state: DesireState | None,
    author: str | None,
    words: str | None = None,
    cursor: str | None,
    limit: int,
) -> Page[DesireSummary]:
    """The open desires, or those of another state, of an author or with words; heat is for open ones of everybody."""
    listing = f"desires {sort} {state} {author} {words}"
    if sort is DesireSort.HEAT and state in (None, DesireState.OPEN) and author is None and words is None:
        return await _hottest(session, caller, listing=listing, cursor=cursor, limit=limit)
    statement = _summaries(caller).where(visible_to(caller) if author is not None else shown())
    if author is not None:
        statement = statement.where(col(User.handle) == author.lower())
    if words is not None:
        english: ColumnElement[str] = literal_column("'english'")
        statement = statement.where(
            func.to_tsvector(english, col(Desire.prompt)).op("@@")(func.websearch_to_tsquery(english, words))
        )
    if state is not None or author is None:
        statement = statement.where(col(Desire.state) == (state or DesireState.OPEN))
    keys = col(Desire.created_at), col(Desire.id)
    rows, next_cursor = await keyset_page(session, statement, *keys, listing=listing, cursor=cursor, limit=limit)
    return Page(items=await _with_best(session, rows), next_cursor=next_cursor)


async def _hottest(
    session: ReadSession, caller: Caller | None, *, listing: str, cursor: str | None, limit: int
) -> Page[DesireSummary]:
    """The first open wording of each cluster that somebody wants; in two steps, of which each has one good plan."""
    first = (
        select(col(Desire.id))
        .join(Membership, col(Membership.desire_id) == col(Desire.id))
        .join(User, col(User.id) == col(Desire.author_id))
        .where(
            col(Membership.cluster_id) == col(Cluster.id),
            col(Membership.until).is_(None),
            col(Desire.state) == DesireState.OPEN,
            shown(),
        )
        .order_by(col(Desire.created_at), col(Desire.id))
        .limit(1)
        .correlate(Cluster)
        .scalar_subquery()
    )
    statement = select(first.label("desire_id")).select_from(Cluster).where(col(Cluster.people) > 0)
    keys = col(Cluster.hot), col(Cluster.id)
    found, next_cursor = await keyset_page(session, statement, *keys, listing=listing, cursor=cursor, limit=limit)
    ids = [row.desire_id for row in found if row.desire_id is not None]
    items = await summaries_of(session, caller, ids)
    return Page(items=[items[each] for each in ids if each in items], next_cursor=next_cursor)


async def summaries_of(session: ReadSession, caller: Caller | None, ids: Sequence[str]) -> dict[str, DesireSummary]:
    """The cards of these desires, whoever may see them: the caller of this asks for that."""
    rows = (await session.execute(_summaries(caller).where(col(Desire.id).in_(ids)))).all()
    return {each.id: each for each in await _with_best(session, rows)}


async def desire(session: ReadSession, caller: Caller | None, desire_id: str) -> DesirePublic:
    """A whole desire. Raises `NotFoundError`."""
    statement = _summaries(caller).where(col(Desire.id) == desire_id, visible_to(caller))
    row = (await session.execute(statement.execution_options(populate_existing=True))).one_or_none()
    if row is None:
        raise NotFoundError
    found: Desire = row[0]
    summary = (await _with_best(session, [row]))[0]
    works = await cards_of(session, caller, found.reference_ids) if found.reference_ids else {}
    is_own = caller is not None and caller.user_id == found.author_id
    inspects = caller is not None and caller.may(Permission.INSPECT_SHADERS)
    followers = await session.scalar(select(func.count()).select_from(Follow).where(col(Follow.desire_id) == desire_id))
    return DesirePublic(
        **summary.model_dump(),
        references=[works[each] for each in found.reference_ids if each in works],
        difference=found.difference,
        expires_at=found.expires_at,
        followers=followers or 0,
        following=None if caller is None else await _follows(session, caller, desire_id),
        hidden_reason=found.hidden_reason if is_own or inspects else None,
        membership=await _membership(session, found) if is_own else None,
    )


async def cluster(session: ReadSession, caller: Caller | None, cluster_id: str, matcher: Matcher) -> ClusterPublic:
    """The wordings of a cluster and what was made for them. Raises `NotFoundError` where nobody's can be seen."""
    statement = (
        select(Desire, User, col(Membership.how))
        .join(User, col(User.id) == col(Desire.author_id))
        .join(Membership, col(Membership.desire_id) == col(Desire.id))
        .where(col(Membership.cluster_id) == cluster_id, col(Membership.until).is_(None), shown())
        .order_by(col(Desire.created_at), col(Desire.id))
        .limit(MOST_WORDINGS)
    )
    rows = (await session.execute(statement)).all()
    if not rows:
        raise NotFoundError
    found = await repository.cluster(session, cluster_id)
    first: Desire = rows[0][0]
    members = (
        select(col(Desire.id))
        .join(User, col(User.id) == col(Desire.author_id))
        .join(Membership, col(Membership.desire_id) == col(Desire.id))
        .where(col(Membership.cluster_id) == cluster_id, col(Membership.until).is_(None), shown())
    )
    offered = (
        _fulfilments(caller)
        .where(col(Fulfilment.desire_id).in_(members), col(Fulfilment.state).in_(_OFFERED))
        .order_by(
            (col(Fulfilment.state) == FulfilmentState.ACCEPTED).desc(),
            col(Shader.weighted_score).desc(),
            col(Fulfilment.id),
        )
        .limit(MOST_FULFILMENTS)
    )
    made = (await session.execute(offered)).all()
    spans = await matcher.spans(first.prompt, [row[0].prompt for row in rows])
    return ClusterPublic(
        id=found.id,
        people=found.people,
        created_at=found.created_at,
        wordings=[_wording(*row, parts) for row, (_, parts) in zip(rows, spans, strict=True)],
        fulfilments=[_fulfilment(row) for row in made],
    )


async def fulfilments(
    session: ReadSession, caller: Caller | None, desire_id: str, *, cursor: str | None, limit: int
) -> Page[FulfilmentPublic]:
    """What was made for a desire, the newest first."""
    found = await repository.visible(session, caller, desire_id)
    statement = _fulfilments(caller).where(col(Fulfilment.desire_id) == desire_id)
    if caller is None or caller.user_id != found.author_id:
        offered: ColumnElement[bool] = col(Fulfilment.state).in_(_OFFERED)
        if caller is not None:
            offered = or_(offered, col(Fulfilment.author_id) == caller.user_id)
        statement = statement.where(offered)
    keys = col(Fulfilment.created_at), col(Fulfilment.id)
    listing = f"fulfilments {desire_id}"
    rows, next_cursor = await keyset_page(session, statement, *keys, listing=listing, cursor=cursor, limit=limit)
    return Page(items=[_fulfilment(row) for row in rows], next_cursor=next_cursor)


async def fulfilment(session: ReadSession, caller: Caller, made: Fulfilment) -> FulfilmentPublic:
    """A fulfilment that was written in this transaction."""
    card = (await cards_of(session, caller, [made.shader_id])).get(made.shader_id)
    if card is None:
        raise NotFoundError
    return _public(made, card)


async def answered_by(session: ReadSession, caller: Caller | None, shader_id: str) -> list[AnsweredDesire]:
    """The desires that a work answers, the newest answer first. Raises `NotFoundError`."""
    await require_visible(session, caller, shader_id)
    statement = (
        select(Desire, User, col(Fulfilment.state))
        .join(User, col(User.id) == col(Desire.author_id))
        .join(Fulfilment, col(Fulfilment.desire_id) == col(Desire.id))
        .where(col(Fulfilment.shader_id) == shader_id, col(Fulfilment.state).in_(_OFFERED), visible_to(caller))
        .order_by(col(Fulfilment.created_at).desc(), col(Fulfilment.id))
        .limit(_MOST_ANSWERED)
    )
    return [
        AnsweredDesire(id=found.id, prompt=found.prompt, author=_author(user), state=found.state, fulfilment=state)
        for found, user, state in await session.execute(statement)
    ]


def _summaries(caller: Caller | None) -> Select[Any]:
    """Each desire with its author, its cluster (or nulls) and how many fulfilments can be seen."""
    seen = (
        select(func.count())
        .select_from(Fulfilment)
        .join(Shader, col(Shader.id) == col(Fulfilment.shader_id))
        .where(
            col(Fulfilment.desire_id) == col(Desire.id),
            col(Fulfilment.state).in_(_OFFERED),
            shader_visible_to(caller),
        )
        .correlate(Desire)
        .scalar_subquery()
    )
    alone = case((col(Desire.state) == DesireState.OPEN, 1), else_=0)
    holds = and_(col(Membership.desire_id) == col(Desire.id), col(Membership.until).is_(None))
    return (
        select(
            Desire,
            User,
            col(Cluster.id).label("cluster_id"),
            func.coalesce(col(Cluster.people), alone).label("people"),
            func.coalesce(col(Cluster.wordings), alone).label("wordings"),
            seen.label("fulfilments"),
        )
        .join(User, col(User.id) == col(Desire.author_id))
        .outerjoin(Membership, holds)
        .outerjoin(Cluster, col(Cluster.id) == col(Membership.cluster_id))
    )


async def _with_best(session: ReadSession, rows: Sequence[Any]) -> list[DesireSummary]:
    best = await similar.best_of(session, {row.cluster_id for row in rows if row.cluster_id is not None})
    return [
        DesireSummary(
            id=found.id,
            prompt=found.prompt,
            author=_author(user),
            state=found.state,
            licence=found.licence,
            deadline=found.deadline,
            style_hints=found.style_hints,
            created_at=found.created_at,
            cluster=row.cluster_id,
            people=row.people,
            wordings=row.wordings,
            fulfilments=row.fulfilments,
            best=best.get(row.cluster_id),
        )
        for row in rows
        for found, user in [row[:2]]
    ]


async def _follows(session: ReadSession, caller: Caller, desire_id: str) -> bool:
    return await session.get(Follow, (caller.user_id, desire_id)) is not None


async def _membership(session: ReadSession, found: Desire) -> MembershipPublic | None:
    held = await clusters.current(session, found.id)
    if held is None:
        return None
    others = await repository.members_of(session, held.cluster_id) != [found.id]
    return MembershipPublic(how=held.how, score=held.score, since=held.since, can_leave=others)


def _fulfilments(caller: Caller | None) -> Select[Any]:
    """Each fulfilment with the card of its work, where the caller may see that."""
    return (
        cards(Fulfilment, caller=caller)
        .join(Fulfilment, col(Fulfilment.shader_id) == col(Shader.id))
        .where(shader_visible_to(caller))
    )


def _fulfilment(row: Any) -> FulfilmentPublic:
    """Of a row of `_fulfilments`."""
    return _public(row.Fulfilment, ShaderSummary.model_validate_json(row.card))


def _public(made: Fulfilment, card: ShaderSummary) -> FulfilmentPublic:
    return FulfilmentPublic(
        id=made.id,
        desire_id=made.desire_id,
        version=made.version,
        state=made.state,
        created_at=made.created_at,
        decided_at=made.decided_at,
        shader=card,
    )


def _wording(found: Desire, user: User, how: Any, parts: list[Span]) -> Wording:
    return Wording(
        desire=found.id,
        author=_author(user),
        state=found.state,
        how=how,
        created_at=found.created_at,
        prompt=found.prompt,
        parts=parts,
    )


def _author(user: User) -> Author:
    return Author(handle=user.handle, display_name=user.display_name)
