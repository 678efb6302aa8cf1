"""What moderators decide about a subject, such as a shader or a desire, and the one answer that its author has.

Every decision is a row that stays: the log. It resolves all open reports about the subject, supersedes the decision
before it, and is told to the author with its reason, and to the reporters (notices.py). The author may answer a hide
once, while nothing newer was decided; it then waits for a moderator again, and what is decided about an answer is
final. Nobody decides about what is their own. Who is suspended answers by the link in the mail about it (by_link.py).

What is hidden is seen by its author, with the reason, and by moderators. It comes back as it was. How each kind is
hidden, shown and published is the kind's (services/core/registry/reportable.py).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from services.core.identity.caller import Caller
from services.core.kit.database import WriteSession
from services.core.kit.errors import ConflictError, ForbiddenError, NotFoundError
from services.core.kit.tables import utc_now
from services.core.moderation import repository, subjects
from services.core.moderation.models import Action, Decision
from services.core.moderation.notices import RESOLUTIONS, Told, tell_decided
from services.core.moderation.suspending import Suspensions
from services.core.registry.reportable import Held, Subject

log = structlog.get_logger("moderation")


class NothingToDecideError(ConflictError):
    """It is shown, and no report about it is open: another moderator was faster."""

    code = "already_resolved"
    title = "Nothing about it waits for a decision"


class OwnDecisionError(ForbiddenError):
    """Another moderator decides about what is a moderator's own."""

    code = "own_decision"
    title = "Another moderator has to decide about what is your own"


class NotAnswerableError(ConflictError):
    """The decision was answered, is final, or another one came after it."""

    code = "not_answerable"
    title = "This decision cannot be answered, or not any more"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a moderator says; `looked_at` is the `updated_at` of what was looked at, where that is known."""

    action: Action
    reason: str
    looked_at: datetime | None = None


async def decide(
    session: WriteSession,
    moderator: Caller,
    subject: Subject,
    verdict: Verdict,
    suspensions: Suspensions,
) -> Decision:
    """Show or hide the subject from now on. The same said again is the same decision.

    Raises `NothingToDecideError` where what is shown is to be kept and nothing waits, and what `suspend` raises; where
    it awaits review also what `require_looked_at` does.
    """
    action = verdict.action
    held = await subjects.rules_of(subject).locked(session, subject.id, to_suspend=action is Action.SUSPEND)
    if held.author_id == moderator.user_id:
        raise OwnDecisionError
    publishes = action is Action.KEEP and held.awaits_review
    if publishes:
        await held.require_looked_at(session, verdict.looked_at)
    reports = await repository.resolve_open(session, subject, RESOLUTIONS[action], moderator.user_id)
    if action is Action.KEEP and not held.hidden and not (reports or publishes):
        raise NothingToDecideError
    decision, is_new = await _written(session, _new(moderator, subject, held, verdict, len(reports)))
    if action is Action.SUSPEND:
        await suspensions.suspend(session, moderator, held.author_id, verdict.reason)
    if not is_new:
        return decision
    await (held.show(session) if action is Action.KEEP else held.hide(session, verdict.reason))
    await tell_decided(session, Told(subject, held.author_id, held.title), decision, reports, published=publishes)
    log.info("subject.decided", kind=subject.kind, id=subject.id, action=action, moderator_id=str(moderator.user_id))
    return decision


async def answer(session: WriteSession, author_id: UUID, decision_id: UUID, text: str) -> Decision:
    """Say something to a decision about what is one's own; it waits for a moderator again."""
    decision = await repository.locked_decision(session, author_id, decision_id)
    if decision is None:
        raise NotFoundError("There is no such decision about something of yours")
    if not is_answerable(decision):
        raise NotAnswerableError
    decision.answer, decision.answered_at = text, utc_now()
    log.info("decision.answered", kind=decision.subject.kind, id=decision.subject.id)
    return decision


def is_answerable(decision: Decision) -> bool:
    """Whether the author may answer it now."""
    open_still = decision.superseded_at is None and decision.answered_at is None
    return decision.action != Action.KEEP and open_still and not decision.final


async def _written(session: WriteSession, new: Decision) -> tuple[Decision, bool]:
    """The latest decision where it says the same, or the new one, and whether it is new."""
    subject = new.subject
    latest = await repository.latest(session, subject)
    if latest and not new.reports and _says(latest, new):
        return latest, False
    new.final = latest is not None and latest.answered_at is not None
    await repository.supersede(session, subject, new.created_at)
    session.add(new)
    await session.flush()
    return new, True


def _new(moderator: Caller, subject: Subject, held: Held, verdict: Verdict, reports: int) -> Decision:
    return Decision(
        author_id=held.author_id,
        moderator_id=moderator.user_id,
        action=verdict.action,
        reason=verdict.reason,
        was_hidden=held.hidden,
        reports=reports,
        created_at=utc_now(),
        **subjects.as_column(subject),
    )


def _says(latest: Decision, new: Decision) -> bool:
    return (latest.action, latest.reason, latest.answered_at) == (new.action, new.reason, None)
