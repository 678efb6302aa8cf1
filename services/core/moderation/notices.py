"""What moderation tells: authors what happened to their shaders and why, reporters what came of it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.core.identity.caller import Caller
from services.core.kit.database import WriteSession
from services.core.moderation.schemas import Resolution
from services.core.notices.service import tell
from services.core.registry.notices import MailTiming, NoticeKind
from services.core.shaders.models import Shader

HIDDEN = NoticeKind(
    name="hidden",
    title="A shader of yours that moderators hid",
    values=frozenset({"title", "reason"}),
    sentence=lambda values, _: f"A moderator hid “{values['title']}”: {values['reason']}",
    link=lambda about, *_: f"/s/{about}",
    mail=MailTiming.NOW,
)
SHOWN_AGAIN = NoticeKind(
    name="shown_again",
    title="A shader of yours that is shown again",
    values=frozenset({"title"}),
    sentence=lambda values, _: f"“{values['title']}” was hidden and is shown again",
    link=lambda about, *_: f"/s/{about}",
    mail=MailTiming.NOW,
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

ALL = (HIDDEN, SHOWN_AGAIN, REPORT_RESOLVED)


async def tell_hidden(
    session: WriteSession, moderator: Caller, shader: Shader, hidden_at: datetime, reports: Mapping[UUID, UUID]
) -> None:
    """Tell the author why, and those whose reports these are (ids by reporter) that it was hidden."""
    for user_id in sorted({shader.author_id, *reports}):
        if user_id == shader.author_id:
            await _tell_author(session, moderator, shader, HIDDEN, hidden_at, reason=shader.hidden_reason or "")
        else:
            await tell_reporter(session, shader, Resolution.HIDDEN, user_id, reports[user_id])


async def tell_shown_again(session: WriteSession, moderator: Caller, shader: Shader, hidden_at: datetime) -> None:
    """Tell the author that what was hidden then is back."""
    await _tell_author(session, moderator, shader, SHOWN_AGAIN, hidden_at)


async def tell_reporter(
    session: WriteSession, shader: Shader, resolution: Resolution, reporter_id: UUID, report_id: UUID
) -> None:
    """Tell a reporter what came of a report. The notice goes with the account of the shader's author."""
    values = {"title": shader.title, "resolution": resolution.value}
    occasion, by = str(report_id), shader.author_id
    await tell(session, REPORT_RESOLVED, reporter_id, about=shader.id, occasion=occasion, values=values, by=by)


async def _tell_author(
    session: WriteSession, moderator: Caller, shader: Shader, kind: NoticeKind, hidden_at: datetime, **values: str
) -> None:
    """Once for each time that the shader was hidden; not by whom, and nobody of their own act."""
    if shader.author_id == moderator.user_id:
        return
    values["title"] = shader.title
    await tell(session, kind, shader.author_id, about=shader.id, occasion=hidden_at.isoformat(), values=values)
