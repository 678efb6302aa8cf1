"""What shaders register."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.core.identity.credentials import EndedCredentials
from services.core.kit.database import WriteSession
from services.core.registry.domain import Domain, ExportSection
from services.core.shaders import listing
from services.core.shaders.models import PublishUsage, Shader, ShaderVersion
from services.core.shaders.notices import FORKED


async def erase(session: WriteSession, user_id: UUID, at: datetime) -> EndedCredentials:
    """Soft-delete the user's shaders, forked or not; forks by others keep their lineage and count anew."""
    mine = aliased(Shader)
    parents = await session.scalars(
        select(col(Shader.id))
        .join(mine, col(mine.parent_id) == col(Shader.id))
        .where(col(mine.author_id) == user_id, col(mine.listed), col(Shader.author_id) != user_id)
        .distinct()
        .order_by(col(Shader.id))
    )
    recount = parents.all()
    await session.execute(
        update(Shader)
        .where(col(Shader.author_id) == user_id, col(Shader.deleted_at).is_(None))
        .values(deleted_at=at, listed=False, search_words="")
    )
    for parent_id in recount:
        await listing.refresh_fork_count(session, parent_id)
    return EndedCredentials()


DOMAIN = Domain(
    name="shaders",
    export=(
        ExportSection(
            name="works",
            model=Shader,
            owner="author_id",
            page=50,
            hidden=frozenset({"author_id", "search", "search_words", "title_words", "listed", "weighted_score", "hot"}),
            children=ExportSection(
                name="versions",
                model=ShaderVersion,
                owner="shader_id",
                key="number",
                page=20,
                hidden=frozenset({"shader_id"}),
            ),
        ),
        ExportSection(name="publishes", model=PublishUsage, key="month"),
    ),
    erase=erase,
    notices=(FORKED,),
)
