"""What an author is told: that somebody forked a shader of theirs, when others can see the fork."""

from sqlalchemy import select
from sqlmodel import col

from services.contracts.shaders import Visibility
from services.core.identity.caller import Caller
from services.core.kit.database import WriteSession
from services.core.notices.service import tell
from services.core.registry.notices import MailTiming, NoticeKind
from services.core.shaders.models import Shader

FORKED = NoticeKind(
    name="forked",
    title="Forks of your shaders",
    values=frozenset({"title", "who", "fork"}),
    sentence=lambda values, count: (
        f"{values['who']} forked “{values['title']}”"
        if count == 1
        else f"“{values['title']}” was forked {count} times, last by {values['who']}"
    ),
    link=lambda about, values, count: f"/s/{values['fork'] if count == 1 else about}",
    mail=MailTiming.DIGEST,
    collapses=True,
)


async def tell_of_fork(session: WriteSession, caller: Caller, fork: Shader) -> None:
    """Tell the author of what `fork` was made from, once, if it is public and was made from something."""
    if fork.parent_id is None or fork.visibility != Visibility.PUBLIC:
        return
    statement = select(col(Shader.author_id), col(Shader.title))
    living = col(Shader.id) == fork.parent_id, col(Shader.deleted_at).is_(None)
    parent = (await session.execute(statement.where(*living))).one_or_none()
    if parent is None:
        return
    values = {"title": parent.title, "who": caller.handle, "fork": fork.id}
    await tell(
        session, FORKED, parent.author_id, about=fork.parent_id, occasion=fork.id, values=values, by=caller.user_id
    )
