"""The public profile of a user, with what their shaders count."""

from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from services.contracts.accounts import PublicProfile
from services.core.accounts import repository
from services.core.kit.database import ReadSession
from services.core.kit.errors import NotFoundError
from services.core.shaders.models import Shader


async def public_profile(session: ReadSession, handle: str) -> PublicProfile:
    """What everybody sees of the user with this handle."""
    user = await repository.user_by_handle(session, handle)
    if user is None:
        raise NotFoundError("There is no user with this handle")
    shaders, score = await _counts(session, user.id)
    return PublicProfile(
        handle=user.handle,
        display_name=user.display_name,
        bio=user.bio,
        created_at=user.created_at,
        shaders=shaders,
        score=score,
    )


async def _counts(session: ReadSession, user_id: UUID) -> tuple[int, int]:
    """How many listed works the user has, and the sum of their scores."""
    statement = select(func.count(), func.coalesce(func.sum(col(Shader.score)), 0)).where(
        col(Shader.author_id) == user_id, col(Shader.listed)
    )
    row = (await session.execute(statement)).one()
    return int(row[0]), int(row[1])
