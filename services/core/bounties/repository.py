"""Pledges and answers as rows: locking a pledge with all that a decision about it depends on, and finding those due.

The order of locks: accounts (shared, as others may be told), the desire, its pledges, the ledger's accounts, inboxes. A
submission, a withdrawal and an acceptance on one desire therefore come one after the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, cast, func, or_, select, text
from sqlmodel import col

from services.contracts.bounties import PledgeState
from services.contracts.desires import DesireState, FulfilmentState
from services.core.accounts.models import User
from services.core.accounts.repository import share_users
from services.core.bounties.machine import BOUNTY
from services.core.bounties.models import Pledge
from services.core.desires.models import Desire, Fulfilment
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.shaders.models import Shader

OFFERED = (FulfilmentState.SUBMITTED, FulfilmentState.ACCEPTED)
LIVING = tuple(
    state for state in PledgeState if state in BOUNTY or state in (PledgeState.AWAITING_PAYMENT, PledgeState.ACCEPTED)
)
"""The states in which answers and the desire matter to a pledge."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A fulfilment whose work everybody can see."""

    id: UUID
    author_id: UUID
    shader_id: str
    title: str
    handle: str
    is_accepted: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """A pledge under lock, its desire (None: gone), and the answers that it may wait for, the first one first.

    `answered`: the pledger has an answer to this desire that waits.
    """

    pledge: Pledge
    desire: Desire | None
    answers: tuple[Answer, ...]
    is_closed: bool
    answered: bool

    def answer(self, answer_id: UUID | None) -> Answer | None:
        """The one with this id."""
        return next((each for each in self.answers if each.id == answer_id), None)


async def scene(session: WriteSession, pledge_id: UUID) -> Scene:
    """Lock a pledge and its desire. Raises `NotFoundError`."""
    found = await session.get(Pledge, pledge_id)
    if found is None:
        raise NotFoundError("There is no such pledge")
    desire = await locked_desire(session, found.desire_id, found.pledger_id, found.artist_id)
    statement = select(Pledge).where(col(Pledge.id) == pledge_id).with_for_update()
    pledge = (await session.scalars(statement.execution_options(populate_existing=True))).one()
    answers = [] if desire is None else await standing(session, desire)
    return Scene(
        pledge,
        desire,
        tuple(each for each in answers if each.author_id != pledge.pledger_id),
        await is_closed(session, desire),
        any(each.author_id == pledge.pledger_id for each in answers),
    )


async def locked_desire(session: WriteSession, desire_id: str, *users: UUID | None) -> Desire | None:
    """Lock a desire, and share the accounts of whoever may be told: its author, those that answer it, and `users`."""
    told = {user for user in users if user is not None}
    author = await session.scalar(select(col(Desire.author_id)).where(col(Desire.id) == desire_id))
    artists = await session.scalars(select(col(Fulfilment.author_id)).where(col(Fulfilment.desire_id) == desire_id))
    await share_users(session, {*told, *artists, *([] if author is None else [author])})
    statement = select(Desire).where(col(Desire.id) == desire_id).with_for_update()
    return (await session.scalars(statement.execution_options(populate_existing=True))).one_or_none()


async def is_closed(session: ReadSession, desire: Desire | None) -> bool:
    """Whether nobody can answer the desire any more."""
    if desire is None or desire.deleted_at is not None:
        return True
    if desire.state != DesireState.OPEN or desire.hidden_at is not None:
        return True
    gone = or_(col(User.suspended_at).is_not(None), col(User.deleted_at).is_not(None))
    return bool(await session.scalar(select(gone).where(col(User.id) == desire.author_id)))


async def standing(session: ReadSession, desire: Desire) -> list[Answer]:
    """The answers that pledges may wait for: not its author's, who may answer it unpaid. The accepted ones first."""
    statement = (
        select(Fulfilment, col(Shader.title), col(User.handle))
        .join(Shader, col(Shader.id) == col(Fulfilment.shader_id))
        .join(User, col(User.id) == col(Fulfilment.author_id))
        .where(
            col(Fulfilment.desire_id) == desire.id,
            col(Fulfilment.state).in_(OFFERED),
            col(Fulfilment.author_id) != desire.author_id,
            col(Shader.listed),
        )
        .order_by(
            (col(Fulfilment.state) == FulfilmentState.ACCEPTED).desc(),
            col(Fulfilment.created_at),
            col(Fulfilment.id),
        )
    )
    return [
        Answer(made.id, made.author_id, made.shader_id, title, handle, made.state == FulfilmentState.ACCEPTED)
        for made, title, handle in await session.execute(statement)
    ]


async def on_desire(session: ReadSession, desire_id: str, states: Sequence[PledgeState]) -> list[UUID]:
    """The pledges on a desire that are in one of these states, the oldest first."""
    statement = select(col(Pledge.id)).where(col(Pledge.desire_id) == desire_id, col(Pledge.state).in_(states))
    return list(await session.scalars(statement.order_by(col(Pledge.created_at), col(Pledge.id))))


async def count_counted(session: ReadSession, desire_id: str) -> int:
    """How many pledges the bounty of a desire is the sum of."""
    statement = select(func.count()).where(col(Pledge.desire_id) == desire_id, col(Pledge.state).in_(BOUNTY))
    return await session.scalar(statement) or 0


async def due(session: ReadSession, now: datetime, limit: int) -> list[UUID]:
    """The pledges that time has to look at, the longest due first."""
    statement = select(col(Pledge.id)).where(col(Pledge.due_at) <= now).order_by(col(Pledge.due_at)).limit(limit)
    return list(await session.scalars(statement))


async def astray(session: ReadSession, limit: int) -> list[str]:
    """Desires with a pledge whose answer can be seen no more, or that are closed with pledges still open."""
    found = await session.execute(_ASTRAY, {"limit": limit})
    return [row[0] for row in found]


async def counts(session: ReadSession) -> dict[str, tuple[int, int]]:
    """By state: how many pledges there are, and for how many seconds the one that moved first has stood there."""
    age = cast(func.extract("epoch", func.now() - func.min(col(Pledge.moved_at))), BigInteger)
    statement = select(col(Pledge.state), func.count(), age).group_by(col(Pledge.state))
    return {str(state): (count, max(0, oldest)) for state, count, oldest in await session.execute(statement)}


_ASTRAY = text(
    """
    SELECT DISTINCT pledges.desire_id
    FROM pledges
    LEFT JOIN desire_fulfilments AS answers ON answers.id = pledges.answer_id
    LEFT JOIN shaders ON shaders.id = answers.shader_id
    LEFT JOIN desires ON desires.id = pledges.desire_id AND desires.deleted_at IS NULL
    LEFT JOIN users ON users.id = desires.author_id
    WHERE (pledges.state IN ('in_review', 'accepted') OR pledges.state = 'contested' AND pledges.accepted_at IS NULL)
        AND (NOT shaders.listed OR answers.state NOT IN ('submitted', 'accepted'))
      OR pledges.state IN ('active', 'awaiting_payment')
        AND (desires.id IS NULL OR desires.state <> 'open' OR desires.hidden_at IS NOT NULL
             OR users.suspended_at IS NOT NULL)
    ORDER BY pledges.desire_id
    LIMIT :limit
    """
)
