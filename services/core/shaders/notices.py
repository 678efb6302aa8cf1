"""What an author is told: that somebody forked a shader of theirs, when the fork is first in lists."""

from sqlalchemy import select
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.core.accounts.models import User
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


async def tell_of_fork(session: WriteSession, fork_id: str, parent_id: str) -> None:
    """Tell the author of the shader `parent_id`, once, that `fork_id` was made from it."""
    parent = aliased(Shader)
    statement = (
        select(col(parent.author_id), col(parent.title), col(User.id), col(User.handle))
        .join(Shader, col(Shader.parent_id) == col(parent.id))
        .join(User, col(User.id) == col(Shader.author_id))
        .where(col(Shader.id) == fork_id, col(parent.id) == parent_id, col(parent.deleted_at).is_(None))
    )
    found = (await session.execute(statement)).one_or_none()
    if found is None:
        return
    author_id, title, by, who = found
    values = {"title": title, "who": who, "fork": fork_id}
    await tell(session, FORKED, author_id, about=parent_id, occasion=fork_id, values=values, by=by)
