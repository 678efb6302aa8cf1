"""What an author is told: that a version could not be drawn. What was given up is tried again, and not told."""

from sqlalchemy import select
from sqlmodel import col

from services.core.kit.database import WriteSession
from services.core.notices.service import tell
from services.core.registry.notices import NoticeKind
from services.core.shaders.models import Shader

PICTURE_FAILED = NoticeKind(
    name="picture_failed",
    title="Pictures that could not be drawn",
    values=frozenset({"title"}),
    sentence=lambda values, count: (
        f"“{values['title']}” could not be drawn"
        if count == 1
        else f"{count} versions of “{values['title']}” could not be drawn"
    ),
    link=lambda about, *_: f"/s/{about}",
    collapses=True,
)


async def tell_author(session: WriteSession, shader_id: str, version: int) -> None:
    """Tell the author that this version cannot be drawn; once, however often it is tried."""
    statement = select(col(Shader.author_id), col(Shader.title)).where(col(Shader.id) == shader_id)
    shader = (await session.execute(statement)).one()
    values = {"title": shader.title}
    await tell(session, PICTURE_FAILED, shader.author_id, about=shader_id, occasion=str(version), values=values)
