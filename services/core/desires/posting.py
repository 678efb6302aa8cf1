"""Wishing: a desire is posted with its job in one transaction, taken back by its author, and ends by itself.

An account has so many desires open (`FRACTAFRAG_DESIRES_OPEN`); its requests that add one wait for one another. The
text has passed the gate before (services/core/wording). Raises `NotFoundError` for references that the author may not
see and for clusters that there are not.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlmodel import col

from services.contracts.desires import DesireState, SimilarCluster
from services.core.accounts.service import hold_active
from services.core.desires import clusters, grouping, repository, similar
from services.core.desires.events import CHANGED
from services.core.desires.jobs import PROCESS
from services.core.desires.matching import Matcher
from services.core.desires.models import Desire, Ended
from services.core.desires.notices import EXPIRED, brief
from services.core.desires.schemas import DesireCreate
from services.core.desires.settings import DesireSettings
from services.core.identity.caller import Caller
from services.core.identity.permissions import Permission
from services.core.jobs.events import emit
from services.core.jobs.outbox import enqueue
from services.core.kit.database import WriteSession
from services.core.kit.errors import ForbiddenError, InvalidInputError, NotFoundError
from services.core.kit.tables import utc_now
from services.core.licences import require_known
from services.core.notices.service import tell
from services.core.shaders.repository import require_visible

LONGEST_DEADLINE = timedelta(days=366)
_EXPIRED_AT_ONCE = 100


class OpenLimitError(ForbiddenError):
    """The account has as many desires open as it may; `used`, `limit`."""

    code = "desire_limit"
    title = "You have as many open desires as you may"


class BadDeadlineError(InvalidInputError):
    """The deadline is over, too far away, or without a zone."""

    code = "bad_deadline"
    title = "A deadline has a zone, and is in the future and within a year"


async def post(
    session: WriteSession, caller: Caller, new: DesireCreate, matcher: Matcher, settings: DesireSettings
) -> tuple[Desire, list[SimilarCluster]]:
    """A new desire, and the like wishes that there are already; the job finds its cluster, unless it names one."""
    caller.require(Permission.POST_DESIRES)
    await hold_active(session, caller.user_id)
    if new.licence is not None:
        require_known(new.licence)
    for shader_id in new.references:
        await _require_reference(session, caller, shader_id)
    await _require_room(session, caller.user_id, settings.open)
    desire = _made(caller, new, settings)
    session.add(desire)
    await session.flush()
    await enqueue(session, PROCESS, desire_id=desire.id)
    vector = (await matcher.embed([desire.prompt]))[0]
    # So that the job need not make it again.
    await repository.put_vectors(session, matcher.embedder.id, [(desire.id, vector)])
    said = {each for each in (new.join, new.different_from) if each is not None}
    found = await similar.suggestions(session, matcher, desire.prompt, vector, without=said)
    if new.join is not None:
        await grouping.put_into(session, caller, desire, new.join, matcher, vector)
    if new.different_from is not None:
        await grouping.say_different(session, caller, desire, new.different_from, matcher, vector)
    return desire, found


async def withdraw(session: WriteSession, caller: Caller, desire_id: str) -> None:
    """Take one's own desire back: from now on only its author sees it. Doing it twice changes nothing."""
    desire = await repository.locked_own(session, caller, desire_id)
    if desire.state == DesireState.WITHDRAWN:
        return
    desire.state, desire.closed_at = DesireState.WITHDRAWN, utc_now()
    await clusters.hold(session)
    await clusters.end(session, desire_id, Ended.WITHDRAWN)
    await emit(session, CHANGED, desire_id=desire_id)


async def expire(session: WriteSession) -> int:
    """End open desires whose time is over, some at a time, and tell their authors; how many."""
    statement = (
        select(col(Desire.id))
        .where(col(Desire.state) == DesireState.OPEN, col(Desire.expires_at) <= utc_now())
        .order_by(col(Desire.expires_at))
        .limit(_EXPIRED_AT_ONCE)
    )
    locked = await repository.locked_anyhow(session, await session.scalars(statement))
    over = [desire for desire in locked.values() if desire.state == DesireState.OPEN]
    if not over:
        return 0
    for desire in over:
        desire.state, desire.closed_at = DesireState.EXPIRED, utc_now()
    await clusters.hold(session)
    await clusters.refresh(session, await repository.clusters_of(session, [desire.id for desire in over]))
    for desire in sorted(over, key=lambda each: each.author_id):
        values = {"desire": brief(desire)}
        await tell(session, EXPIRED, desire.author_id, about=desire.id, occasion="expired", values=values)
        await emit(session, CHANGED, desire_id=desire.id)
    return len(over)


def _made(caller: Caller, new: DesireCreate, settings: DesireSettings) -> Desire:
    now, deadline = utc_now(), new.deadline
    if deadline is not None and (deadline.tzinfo is None or not now < deadline < now + LONGEST_DEADLINE):
        raise BadDeadlineError
    return Desire(
        author_id=caller.user_id,
        prompt=new.prompt,
        reference_ids=list(dict.fromkeys(new.references)),
        licence=new.licence,
        deadline=deadline,
        style_hints=new.style_hints,
        difference=new.difference,
        created_at=now,
        expires_at=deadline or now + timedelta(days=settings.days),
    )


async def _require_reference(session: WriteSession, caller: Caller, shader_id: str) -> None:
    try:
        await require_visible(session, caller, shader_id)
    except NotFoundError as error:
        raise NotFoundError(f"There is no shader {shader_id} to refer to") from error


async def _require_room(session: WriteSession, user_id: UUID, limit: int) -> None:
    await session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('desires of ' || :user, 0))"), {"user": str(user_id)}
    )
    used = await repository.count_open(session, user_id)
    if used >= limit:
        raise OpenLimitError(
            f"You have {used} open desires, and may have {limit}: withdraw one, or accept an answer",
            extra={"used": used, "limit": limit},
        )
