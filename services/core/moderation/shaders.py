"""Shaders as what is reported and decided about.

One that awaits review (shaders/review.py) is published by the first `keep`, under the lock of its row: after its author
has made it private or deleted it, there is none to keep. What a moderator has not looked at is not published: `keep` is
refused while the newest version has no picture, and, where it says which state was looked at, after that has changed.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlmodel import col

from services.contracts.shaders import ShaderSummary
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError
from services.core.kit.tables import utc_now
from services.core.registry.reportable import Held, Looked, SubjectKind
from services.core.shaders import views
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Render, Shader
from services.core.shaders.publication import open_to_others, refuse_undrawn
from services.core.shaders.repository import locked_for_moderation
from services.core.shaders.review import awaits_review
from services.core.shaders.visibility import visible_to


class ChangedMeanwhileError(ConflictError):
    """The author has changed the work since the moderator looked at it; `updated_at` is what holds now."""

    code = "changed_meanwhile"
    title = "The author has changed this work meanwhile"


class AuthorSuspendedError(ConflictError):
    """A work that nobody has seen cannot be published while its author is suspended."""

    code = "author_suspended"
    title = "The author has to be restored before this work can be published"


class HeldShader:
    """A shader that is decided about."""

    def __init__(self, shader: Shader) -> None:
        self._shader = shader

    @property
    def author_id(self) -> UUID:
        return self._shader.author_id

    @property
    def title(self) -> str:
        return self._shader.title

    @property
    def hidden(self) -> bool:
        return self._shader.hidden_at is not None

    @property
    def awaits_review(self) -> bool:
        return awaits_review(self._shader)

    async def require_looked_at(self, session: WriteSession, looked_at: datetime | None) -> None:
        """Raise unless the newest state of the shader, which is about to be published, could be looked at."""
        if self._shader.withheld:
            raise AuthorSuspendedError
        if looked_at is not None and looked_at != self._shader.updated_at:
            raise ChangedMeanwhileError(extra={"updated_at": self._shader.updated_at.isoformat()})
        await refuse_undrawn(session, self._shader, require_picture=True)

    async def hide(self, session: WriteSession, reason: str) -> None:
        self._shader.hidden_at, self._shader.hidden_reason = self._shader.hidden_at or utc_now(), reason
        await refresh_listing(session, self._shader.id)

    async def show(self, session: WriteSession) -> None:
        self._shader.hidden_at = self._shader.hidden_reason = None
        if self.awaits_review:
            await open_to_others(session, self._shader)
        await refresh_listing(session, self._shader.id)


class ReportableShaders:
    """Shaders, of which a moderator sees some before others do."""

    kind = SubjectKind.SHADER

    def rows(self) -> Any:
        return select(col(Shader.id), col(Shader.author_id), col(Shader.title))

    def seen_by(self, caller: Caller | None) -> Any:
        return select(col(Shader.id)).where(visible_to(caller))

    def to_review(self) -> Any:
        """Those with a picture of the newest version.

        One that was hidden instead is decided. What a suspended author has made waits until they are restored.
        """
        newest = and_(col(Render.shader_id) == col(Shader.id), col(Render.version) == col(Shader.current_version))
        return (
            select(col(Shader.id).label("id"), col(Shader.review_asked_at).label("at"))
            .join(Render, newest)
            .where(
                col(Shader.review_asked_at).is_not(None),
                col(Shader.hidden_at).is_(None),
                col(Shader.withheld).is_(False),
                col(Render.still_name).is_not(None),
            )
        )

    async def looked_at(self, session: ReadSession, moderator: Caller, ids: Collection[str]) -> Mapping[str, Looked]:
        columns = (Shader.id, Shader.author_id, Shader.description, Shader.updated_at, Shader.hidden_reason)
        statement = views.cards(*(col(each) for each in columns), caller=moderator)
        rows = await session.execute(statement.where(col(Shader.id).in_(ids), visible_to(moderator)))
        return {
            row.id: Looked(
                author_id=row.author_id,
                text=row.description,
                updated_at=row.updated_at,
                hidden_reason=row.hidden_reason,
                card=ShaderSummary.model_validate_json(row.card),
            )
            for row in rows
        }

    async def locked(self, session: WriteSession, subject_id: str, *, to_suspend: bool) -> Held:
        return HeldShader(await locked_for_moderation(session, subject_id))


SHADERS = ReportableShaders()
