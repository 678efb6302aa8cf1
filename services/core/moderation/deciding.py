"""What moderators decide about a work, and the one answer that its author has.

Every decision is a row that stays: the log. It resolves all open reports about the work, supersedes the decision
before it, and is told to the author with its reason, and to the reporters (notices.py). The author may answer a hide
once, while nothing newer was decided; the work then waits for a moderator again, and what is decided about an answer is
final. Nobody decides about their own work. Who is suspended with it can answer when they are restored.

A hidden work is seen by its author, with the reason, and by moderators. It comes back as it was.
"""

from uuid import UUID

import structlog

from services.core.identity.caller import Caller
from services.core.kit.database import WriteSession
from services.core.kit.errors import ConflictError, ForbiddenError, NotFoundError
from services.core.kit.tables import utc_now
from services.core.moderation import repository
from services.core.moderation.models import Action, Decision
from services.core.moderation.notices import RESOLUTIONS, tell_decided
from services.core.moderation.suspending import Suspensions
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Shader
from services.core.shaders.repository import locked_for_moderation

log = structlog.get_logger("moderation")


class NothingToDecideError(ConflictError):
    """The work is shown, and no report about it is open: another moderator was faster."""

    code = "already_resolved"
    title = "Nothing about this work waits for a decision"


class OwnDecisionError(ForbiddenError):
    """Another moderator decides about a moderator's own work."""

    code = "own_decision"
    title = "Another moderator has to decide about your own work"


class NotAnswerableError(ConflictError):
    """The decision was answered, is final, or another one came after it."""

    code = "not_answerable"
    title = "This decision cannot be answered, or not any more"


async def decide(
    session: WriteSession,
    moderator: Caller,
    shader_id: str,
    action: Action,
    reason: str,
    suspensions: Suspensions,
) -> Decision:
    """Show or hide the shader from now on. The same said again is the same decision.

    Raises `NothingToDecideError` where a shown shader is to be kept and nothing waits, and what `suspend` raises.
    """
    shader = await locked_for_moderation(session, shader_id)
    if shader.author_id == moderator.user_id:
        raise OwnDecisionError
    reports = await repository.resolve_open(session, shader_id, RESOLUTIONS[action], moderator.user_id)
    if action is Action.KEEP and shader.hidden_at is None and not reports:
        raise NothingToDecideError
    if action is Action.SUSPEND:
        await suspensions.suspend(session, moderator, shader.author_id, reason)
    latest = await repository.latest(session, shader_id)
    if latest and not reports and _says(latest, action, reason):
        return latest
    now, was_hidden = utc_now(), _apply(shader, action, reason)
    decision = Decision(
        shader_id=shader_id,
        author_id=shader.author_id,
        moderator_id=moderator.user_id,
        action=action,
        reason=reason,
        was_hidden=was_hidden,
        reports=len(reports),
        final=await repository.supersede(session, shader_id, now),
        created_at=now,
    )
    session.add(decision)
    await refresh_listing(session, shader_id)
    await tell_decided(session, shader, decision, reports)
    log.info("work.decided", shader_id=shader_id, action=action, moderator_id=str(moderator.user_id))
    return decision


async def answer(session: WriteSession, caller: Caller, decision_id: UUID, text: str) -> Decision:
    """Say something to a decision about one's own work; it waits for a moderator again."""
    decision = await repository.locked_decision(session, caller.user_id, decision_id)
    if decision is None:
        raise NotFoundError("There is no such decision about a work of yours")
    if not is_answerable(decision):
        raise NotAnswerableError
    decision.answer, decision.answered_at = text, utc_now()
    log.info("decision.answered", shader_id=decision.shader_id)
    return decision


def is_answerable(decision: Decision) -> bool:
    """Whether the author may answer it now."""
    open_still = decision.superseded_at is None and decision.answered_at is None
    return decision.action != Action.KEEP and open_still and not decision.final


def _says(decision: Decision, action: Action, reason: str) -> bool:
    return (decision.action, decision.reason, decision.answered_at) == (action, reason, None)


def _apply(shader: Shader, action: Action, reason: str) -> bool:
    """Show or hide it; whether it was hidden before."""
    was_hidden = shader.hidden_at is not None
    if action is Action.KEEP:
        shader.hidden_at = shader.hidden_reason = None
    else:
        shader.hidden_at, shader.hidden_reason = shader.hidden_at or utc_now(), reason
    return was_hidden
