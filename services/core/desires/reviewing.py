"""Desires as what people report and moderators decide about (services/core/moderation).

One that its author has taken back is out of the queue, and can still be decided about. A hidden one counts no more.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from services.core.accounts.models import User
from services.core.accounts.repository import lock_user
from services.core.desires import clusters, repository
from services.core.desires.events import CHANGED
from services.core.desires.models import Desire
from services.core.desires.notices import brief
from services.core.desires.visibility import visible_to
from services.core.identity.caller import Caller
from services.core.jobs.events import emit
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now
from services.core.registry.reportable import Held, Looked, SubjectKind


class HeldDesire:
    """A desire that is decided about; with its author's account, as everywhere."""

    awaits_review = False

    def __init__(self, desire: Desire) -> None:
        self._desire = desire

    @property
    def author_id(self) -> UUID:
        return self._desire.author_id

    @property
    def title(self) -> str:
        return brief(self._desire)

    @property
    def hidden(self) -> bool:
        return self._desire.hidden_at is not None

    async def require_looked_at(self, session: WriteSession, looked_at: datetime | None) -> None:
        """A desire never changes, and waits for nobody."""

    async def hide(self, session: WriteSession, reason: str) -> None:
        self._desire.hidden_at, self._desire.hidden_reason = self._desire.hidden_at or utc_now(), reason
        await self._count(session)

    async def show(self, session: WriteSession) -> None:
        self._desire.hidden_at = self._desire.hidden_reason = None
        await self._count(session)

    async def _count(self, session: WriteSession) -> None:
        await clusters.hold(session)
        await clusters.refresh(session, await repository.clusters_of(session, [self._desire.id]))
        await emit(session, CHANGED, desire_id=self._desire.id)


class ReportableDesires:
    """Desires, which everybody sees at once."""

    kind = SubjectKind.DESIRE

    def rows(self) -> Any:
        return select(col(Desire.id), col(Desire.author_id), col(Desire.prompt).label("title"))

    def seen_by(self, caller: Caller | None) -> Any:
        return select(col(Desire.id)).join(User, col(User.id) == col(Desire.author_id)).where(visible_to(caller))

    def to_review(self) -> Any:
        return None

    async def looked_at(self, session: ReadSession, moderator: Caller, ids: Collection[str]) -> Mapping[str, Looked]:
        statement = select(Desire).where(col(Desire.id).in_(ids), col(Desire.id).in_(self.seen_by(moderator)))
        return {
            desire.id: Looked(
                author_id=desire.author_id,
                text=desire.prompt,
                updated_at=desire.created_at,
                hidden_reason=desire.hidden_reason,
            )
            for desire in await session.scalars(statement)
        }

    async def locked(self, session: WriteSession, subject_id: str, *, to_suspend: bool) -> Held:
        if to_suspend:
            # Two who had shared the account before could not both lock it afterwards.
            author = select(col(Desire.author_id)).where(col(Desire.id) == subject_id)
            author_id = (await session.scalars(author)).one_or_none()
            if author_id is not None:
                await lock_user(session, author_id)
        found = (await repository.locked_anyhow(session, [subject_id])).get(subject_id)
        if found is None:
            raise NotFoundError
        return HeldDesire(found)


DESIRES = ReportableDesires()
