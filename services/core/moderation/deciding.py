"""What moderators decide about a work, and the one answer that its author has.

Every decision is a row that stays: the log. It resolves all open reports about the work, supersedes the decision
before it, and is told to the author with its reason, and to the reporters (notices.py). The author may answer a hide
once, while nothing newer was decided; the work then waits for a moderator again, and what is decided about an answer is
final. Nobody decides about their own work. Who is suspended answers by the link in the mail about it (by_link.py).

A hidden work is seen by its author, with the reason, and by moderators. It comes back as it was.

One that awaits review (shaders/review.py) is published by the first `keep`, under the lock of its row: after its author
has made it private or deleted it, there is none to keep. What a moderator has not looked at is not published: `keep` is
refused while the newest version has no picture, and, where it says which state was looked at, after that has changed.
"""

from dataclasses import dataclass
from datetime import datetime
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
from services.core.shaders.publication import open_to_others, refuse_undrawn
from services.core.shaders.repository import locked_for_moderation
from services.core.shaders.review import awaits_review

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


class ChangedMeanwhileError(ConflictError):
    """The author has changed the work since the moderator looked at it; `updated_at` is what holds now."""

    code = "changed_meanwhile"
    title = "The author has changed this work meanwhile"


class AuthorSuspendedError(ConflictError):
    """A work that nobody has seen cannot be published while its author is suspended."""

    code = "author_suspended"
    title = "The author has to be restored before this work can be published"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a moderator says; `looked_at` is the shader's `updated_at` as it was looked at, where that is known."""

    action: Action
    reason: str
    looked_at: datetime | None = None


async def decide(
    session: WriteSession,
    moderator: Caller,
    shader_id: str,
    verdict: Verdict,
    suspensions: Suspensions,
) -> Decision:
    """Show or hide the shader from now on. The same said again is the same decision.

    Raises `NothingToDecideError` where a shown shader is to be kept and nothing waits, and what `suspend` raises; where
    the shader awaits review also `ChangedMeanwhileError`, `AuthorSuspendedError` and the errors of `refuse_undrawn`.
    """
    action = verdict.action
    shader = await locked_for_moderation(session, shader_id)
    if shader.author_id == moderator.user_id:
        raise OwnDecisionError
    publishes = action is Action.KEEP and awaits_review(shader)
    if publishes:
        await _require_looked_at(session, shader, verdict.looked_at)
    reports = await repository.resolve_open(session, shader_id, RESOLUTIONS[action], moderator.user_id)
    if action is Action.KEEP and shader.hidden_at is None and not (reports or publishes):
        raise NothingToDecideError
    decision, is_new = await _written(session, moderator, shader, verdict, len(reports))
    if action is Action.SUSPEND:
        await suspensions.suspend(session, moderator, shader.author_id, verdict.reason)
    if not is_new:
        return decision
    await _apply(session, shader, verdict, publishes=publishes)
    await tell_decided(session, shader, decision, reports, published=publishes)
    log.info("work.decided", shader_id=shader_id, action=action, moderator_id=str(moderator.user_id))
    return decision


async def answer(session: WriteSession, author_id: UUID, decision_id: UUID, text: str) -> Decision:
    """Say something to a decision about one's own work; it waits for a moderator again."""
    decision = await repository.locked_decision(session, author_id, decision_id)
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


async def _require_looked_at(session: WriteSession, shader: Shader, looked_at: datetime | None) -> None:
    """Raise unless the newest state of the shader, which is about to be published, could be looked at."""
    if shader.withheld:
        raise AuthorSuspendedError
    if looked_at is not None and looked_at != shader.updated_at:
        raise ChangedMeanwhileError(extra={"updated_at": shader.updated_at.isoformat()})
    await refuse_undrawn(session, shader, require_picture=True)


async def _written(
    session: WriteSession, moderator: Caller, shader: Shader, verdict: Verdict, reports: int
) -> tuple[Decision, bool]:
    """The latest decision where it says the same, or a new one, and whether it is new."""
    latest = await repository.latest(session, shader.id)
    if latest and not reports and _says(latest, verdict.action, verdict.reason):
        return latest, False
    now = utc_now()
    decision = Decision(
        shader_id=shader.id,
        author_id=shader.author_id,
        moderator_id=moderator.user_id,
        action=verdict.action,
        reason=verdict.reason,
        was_hidden=shader.hidden_at is not None,
        reports=reports,
        final=latest is not None and latest.answered_at is not None,
        created_at=now,
    )
    await repository.supersede(session, shader.id, now)
    session.add(decision)
    await session.flush()
    return decision, True


def _says(decision: Decision, action: Action, reason: str) -> bool:
    return (decision.action, decision.reason, decision.answered_at) == (action, reason, None)


async def _apply(session: WriteSession, shader: Shader, verdict: Verdict, *, publishes: bool) -> None:
    """Show or hide it."""
    if verdict.action is Action.KEEP:
        shader.hidden_at = shader.hidden_reason = None
    else:
        shader.hidden_at, shader.hidden_reason = shader.hidden_at or utc_now(), verdict.reason
    if publishes:
        await open_to_others(session, shader)
    await refresh_listing(session, shader.id)
