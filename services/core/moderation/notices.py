"""What moderation tells: authors what happened to their shaders and why, reporters what came of it."""

from collections.abc import Mapping
from uuid import UUID

from services.core.kit.database import WriteSession
from services.core.moderation.models import Action, Decision
from services.core.moderation.schemas import Resolution
from services.core.notices.service import tell
from services.core.registry.notices import MailTiming, NoticeKind
from services.core.shaders.models import Shader

HIDDEN = NoticeKind(
    name="hidden",
    title="A shader of yours that moderators hid",
    values=frozenset({"title", "reason"}),
    sentence=lambda values, _: f"A moderator hid “{values['title']}”: {values['reason']}",
    link=lambda *_: "/decisions",
    mail=MailTiming.NOW,
)
PUBLISHED = NoticeKind(
    name="review_passed",
    title="A shader of yours that a moderator had to look at",
    values=frozenset({"title", "reason"}),
    sentence=lambda values, _: _because(f"A moderator looked at “{values['title']}”, and it is published", values),
    link=lambda about, *_: f"/s/{about}",
    mail=MailTiming.NOW,
)
SHOWN_AGAIN = NoticeKind(
    name="shown_again",
    title="A shader of yours that is shown again",
    values=frozenset({"title", "reason"}),
    sentence=lambda values, _: _because(f"“{values['title']}” was hidden and is shown again", values),
    link=lambda about, *_: f"/s/{about}",
    mail=MailTiming.NOW,
)
KEPT = NoticeKind(
    name="kept",
    title="A shader of yours that was reported and stays",
    values=frozenset({"title", "reason"}),
    sentence=lambda values, _: _because(f"“{values['title']}” was reported, and it stays", values),
    link=lambda about, *_: f"/s/{about}",
)
REPORT_RESOLVED = NoticeKind(
    name="report_resolved",
    title="What came of your reports",
    values=frozenset({"title", "resolution"}),
    sentence=lambda values, _: (
        f"A moderator looked at “{values['title']}”, which you reported, and it stays"
        if values["resolution"] == Resolution.DISMISSED
        else f"A moderator hid “{values['title']}”, which you reported"
    ),
    # Nobody but its author sees what is hidden.
    link=lambda about, values, _: f"/s/{about}" if values["resolution"] == Resolution.DISMISSED else "/inbox",
    mail=MailTiming.DIGEST,
)

ALL = (HIDDEN, PUBLISHED, SHOWN_AGAIN, KEPT, REPORT_RESOLVED)
RESOLUTIONS = {
    Action.KEEP: Resolution.DISMISSED,
    Action.HIDE: Resolution.HIDDEN,
    Action.SUSPEND: Resolution.HIDDEN,
}


def _because(sentence: str, values: Mapping[str, str]) -> str:
    return f"{sentence}: {values['reason']}" if values.get("reason") else sentence


async def tell_decided(
    session: WriteSession, shader: Shader, decision: Decision, reports: Mapping[UUID, UUID], *, published: bool
) -> None:
    """Tell the author why, and those whose reports these are (ids by reporter) what came of them.

    The author is not told by whom.
    """
    kind = HIDDEN
    if decision.action == Action.KEEP:
        kind = PUBLISHED if published else SHOWN_AGAIN if decision.was_hidden else KEPT
    resolution = RESOLUTIONS[Action(decision.action)]
    for user_id in sorted({shader.author_id, *reports}):
        if user_id == shader.author_id:
            values, occasion = {"title": shader.title, "reason": decision.reason}, str(decision.id)
            await tell(session, kind, user_id, about=shader.id, occasion=occasion, values=values)
        else:
            await _tell_reporter(session, shader, resolution, user_id, reports[user_id])


async def _tell_reporter(
    session: WriteSession, shader: Shader, resolution: Resolution, reporter_id: UUID, report_id: UUID
) -> None:
    """The notice goes with the account of the shader's author."""
    values = {"title": shader.title, "resolution": resolution.value}
    occasion, by = str(report_id), shader.author_id
    await tell(session, REPORT_RESOLVED, reporter_id, about=shader.id, occasion=occasion, values=values, by=by)
