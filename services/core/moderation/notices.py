"""What moderation tells: authors what happened to what they made and why, reporters what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.core.kit.database import WriteSession
from services.core.moderation.models import Action, Decision
from services.core.moderation.schemas import Resolution
from services.core.notices.service import tell
from services.core.registry.notices import MailTiming, NoticeKind, Values
from services.core.registry.reportable import Subject, SubjectKind

_PATHS: dict[str | None, str] = {SubjectKind.SHADER: "/s", SubjectKind.DESIRE: "/desires"}
_FACTS = frozenset({"kind", "title"})


def _path(about: str, values: Values) -> str:
    # Notices that were told before there was another kind name none.
    return f"{_PATHS.get(values.get('kind'), _PATHS[SubjectKind.SHADER])}/{about}"


HIDDEN = NoticeKind(
    name="hidden",
    title="Something of yours that moderators hid",
    values=_FACTS | {"reason"},
    sentence=lambda values, _: f"A moderator hid “{values['title']}”: {values['reason']}",
    link=lambda *_: "/decisions",
    mail=MailTiming.NOW,
)
PUBLISHED = NoticeKind(
    name="review_passed",
    title="A shader of yours that a moderator had to look at",
    values=_FACTS | {"reason"},
    sentence=lambda values, _: _because(f"A moderator looked at “{values['title']}”, and it is published", values),
    link=lambda about, values, _: _path(about, values),
    mail=MailTiming.NOW,
)
SHOWN_AGAIN = NoticeKind(
    name="shown_again",
    title="Something of yours that is shown again",
    values=_FACTS | {"reason"},
    sentence=lambda values, _: _because(f"“{values['title']}” was hidden and is shown again", values),
    link=lambda about, values, _: _path(about, values),
    mail=MailTiming.NOW,
)
KEPT = NoticeKind(
    name="kept",
    title="Something of yours that was reported and stays",
    values=_FACTS | {"reason"},
    sentence=lambda values, _: _because(f"“{values['title']}” was reported, and it stays", values),
    link=lambda about, values, _: _path(about, values),
)
REPORT_RESOLVED = NoticeKind(
    name="report_resolved",
    title="What came of your reports",
    values=_FACTS | {"resolution"},
    sentence=lambda values, _: (
        f"A moderator looked at “{values['title']}”, which you reported, and it stays"
        if values["resolution"] == Resolution.DISMISSED
        else f"A moderator hid “{values['title']}”, which you reported"
    ),
    # Nobody but its author sees what is hidden.
    link=lambda about, values, _: _path(about, values) if values["resolution"] == Resolution.DISMISSED else "/inbox",
    mail=MailTiming.DIGEST,
)

ALL = (HIDDEN, PUBLISHED, SHOWN_AGAIN, KEPT, REPORT_RESOLVED)
RESOLUTIONS = {
    Action.KEEP: Resolution.DISMISSED,
    Action.HIDE: Resolution.HIDDEN,
    Action.SUSPEND: Resolution.HIDDEN,
}


def _because(sentence: str, values: Values) -> str:
    return f"{sentence}: {values['reason']}" if values.get("reason") else sentence


@dataclass(frozen=True, slots=True)
class Told:
    """What a decision was about, whose it is and what it is called."""

    subject: Subject
    author_id: UUID
    title: str

    @property
    def facts(self) -> dict[str, str]:
        return {"kind": self.subject.kind.value, "title": self.title}


async def tell_decided(
    session: WriteSession, told: Told, decision: Decision, reports: Mapping[UUID, UUID], *, published: bool
) -> None:
    """Tell the author why, and those whose reports these are (ids by reporter) what came of them.

    The author is not told by whom.
    """
    kind = HIDDEN
    if decision.action == Action.KEEP:
        kind = PUBLISHED if published else SHOWN_AGAIN if decision.was_hidden else KEPT
    resolution = RESOLUTIONS[Action(decision.action)]
    for user_id in sorted({told.author_id, *reports}):
        if user_id == told.author_id:
            values, occasion = told.facts | {"reason": decision.reason}, str(decision.id)
            await tell(session, kind, user_id, about=told.subject.id, occasion=occasion, values=values)
        else:
            await _tell_reporter(session, told, resolution, user_id, reports[user_id])


async def _tell_reporter(
    session: WriteSession, told: Told, resolution: Resolution, reporter_id: UUID, report_id: UUID
) -> None:
    """The notice goes with the account of the subject's author."""
    values = told.facts | {"resolution": resolution.value}
    about, occasion = told.subject.id, str(report_id)
    await tell(session, REPORT_RESOLVED, reporter_id, about=about, occasion=occasion, values=values, by=told.author_id)
