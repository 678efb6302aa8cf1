"""Answering a desire with a work, and what the desire's author says to it.

A work that everybody can see and that has a picture answers an open desire that they can see, too, once; it may be
taken back and offered again, but not after it was declined. Accepting one fulfils the desire: it stops counting as heat
and keeps its page with all that was made for it. Each change is
an event, which pledges follow. Raises `NotFoundError` and `NotYoursError`.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.contracts.desires import DesireState, FulfilmentState
from services.core.accounts.service import hold_active
from services.core.desires import clusters, repository
from services.core.desires.events import CHANGED
from services.core.desires.grouping import NotOpenError
from services.core.desires.models import Desire, Fulfilment
from services.core.desires.notices import tell_accepted, tell_fulfilled
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.jobs.events import emit
from services.core.kit.database import WriteSession
from services.core.kit.errors import ConflictError, NotFoundError
from services.core.kit.tables import utc_now
from services.core.shaders.models import Shader
from services.core.shaders.repository import locked_own as locked_shader
from services.core.shaders.repository import require_visible


class NotPublishedError(ConflictError):
    """The work is not public, or has no picture yet."""

    code = "not_published"
    title = "Publish the work first, and wait for its picture"


class DecidedError(ConflictError):
    """The fulfilment was accepted, declined or withdrawn; `state`."""

    code = "fulfilment_decided"
    title = "This was decided already"

    def __init__(self, made: Fulfilment) -> None:
        super().__init__(f"It was {made.state}", extra={"state": str(made.state)})


async def fulfil(session: WriteSession, caller: Caller, desire_id: str, shader_id: str) -> tuple[Fulfilment, bool]:
    """Answer a desire with an own work; whether that is new, as the same said again changes nothing."""
    caller.require(Permission.PUBLISH)
    await hold_active(session, caller.user_id)
    shader = await locked_shader(session, caller, shader_id)
    desire = await repository.locked(session, caller, desire_id)
    made = await _of_both(session, desire_id, shader_id)
    if made is not None and made.state != FulfilmentState.WITHDRAWN:
        if made.state == FulfilmentState.DECLINED:
            raise DecidedError(made)
        return made, False
    if desire.state != DesireState.OPEN:
        raise NotOpenError(desire)
    # Its followers are told, who may not read one that is hidden.
    await repository.visible(session, None, desire_id)
    if not shader.listed or shader.rendered_version is None:
        raise NotPublishedError
    if made is None:
        made = Fulfilment(desire_id=desire_id, shader_id=shader_id, version=0, author_id=caller.user_id)
        session.add(made)
    made.version, made.state, made.decided_at = shader.rendered_version, FulfilmentState.SUBMITTED, None
    await session.flush()
    await tell_fulfilled(session, desire, made, title=shader.title, who=caller.handle)
    await emit(session, CHANGED, desire_id=desire_id)
    return made, True


async def accept(session: WriteSession, caller: Caller, desire_id: str, fulfilment_id: UUID) -> Fulfilment:
    """Accept an answer to one's own desire, which is fulfilled then; also after it has expired."""
    desire, made = await _to_decide(session, caller, desire_id, fulfilment_id)
    if made.state == FulfilmentState.ACCEPTED:
        return made
    if desire.state not in (DesireState.OPEN, DesireState.EXPIRED):
        raise NotOpenError(desire)
    await require_visible(session, caller, made.shader_id)
    _decide(made, FulfilmentState.ACCEPTED)
    desire.state, desire.closed_at = DesireState.FULFILLED, utc_now()
    await clusters.hold(session)
    await clusters.refresh(session, await repository.clusters_of(session, [desire_id]))
    title = await session.scalar(select(col(Shader.title)).where(col(Shader.id) == made.shader_id))
    await tell_accepted(session, desire, made, title=str(title))
    await emit(session, CHANGED, desire_id=desire_id)
    return made


async def decline(session: WriteSession, caller: Caller, desire_id: str, fulfilment_id: UUID) -> Fulfilment:
    """Say that an answer to one's own desire is not what was wanted; others do not see it there any more."""
    _, made = await _to_decide(session, caller, desire_id, fulfilment_id)
    if made.state != FulfilmentState.DECLINED:
        _decide(made, FulfilmentState.DECLINED)
        await emit(session, CHANGED, desire_id=desire_id)
    return made


async def take_back(session: WriteSession, caller: Caller, desire_id: str, fulfilment_id: UUID) -> Fulfilment:
    """Take an own answer back, unless it was decided about."""
    statement = select(Fulfilment).where(
        col(Fulfilment.id) == fulfilment_id,
        col(Fulfilment.desire_id) == desire_id,
        col(Fulfilment.author_id) == caller.user_id,
    )
    made = _found((await session.scalars(statement.with_for_update())).all())
    if made.state != FulfilmentState.WITHDRAWN:
        _decide(made, FulfilmentState.WITHDRAWN)
        await emit(session, CHANGED, desire_id=desire_id)
    return made


async def _to_decide(
    session: WriteSession, caller: Caller, desire_id: str, fulfilment_id: UUID
) -> tuple[Desire, Fulfilment]:
    desire = await repository.locked_own(session, caller, desire_id)
    statement = select(Fulfilment).where(col(Fulfilment.id) == fulfilment_id, col(Fulfilment.desire_id) == desire_id)
    made = _found((await session.scalars(statement.with_for_update())).all())
    if made.state == FulfilmentState.WITHDRAWN:
        raise DecidedError(made)
    return desire, made


def _decide(made: Fulfilment, state: FulfilmentState) -> None:
    if made.state != FulfilmentState.SUBMITTED:
        raise DecidedError(made)
    made.state, made.decided_at = state, utc_now()


async def _of_both(session: WriteSession, desire_id: str, shader_id: str) -> Fulfilment | None:
    statement = select(Fulfilment).where(col(Fulfilment.desire_id) == desire_id, col(Fulfilment.shader_id) == shader_id)
    return (await session.scalars(statement.with_for_update())).one_or_none()


def _found(rows: Sequence[Fulfilment]) -> Fulfilment:
    if not rows:
        raise NotFoundError("There is no such answer to this desire")
    return rows[0]
