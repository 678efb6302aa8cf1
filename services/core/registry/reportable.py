"""Kinds of thing that people report and moderators decide about (`Domain.reportable`).

A kind belongs to the domain whose rows they are. It says who may see one, what a moderator has to know of it, and how
it is hidden and shown. Reports, the queue and decisions (services/core/moderation) are the same for all kinds; their
tables have a column `<kind>_id` for each.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from services.contracts.shaders import ShaderSummary
from services.core.identity.caller import Caller
from services.core.kit.database import ReadSession, WriteSession


class SubjectKind(StrEnum):
    """What a report or a decision is about."""

    SHADER = "shader"
    DESIRE = "desire"


@dataclass(frozen=True, slots=True)
class Subject:
    """One of them."""

    kind: SubjectKind
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a moderator looks at; `card` is that of a shader."""

    author_id: UUID
    text: str
    updated_at: datetime
    hidden_reason: str | None
    card: ShaderSummary | None = None


class Held(Protocol):
    """One that is locked until the transaction ends."""

    @property
    def author_id(self) -> UUID: ...

    @property
    def title(self) -> str:
        """What notices call it."""

    @property
    def hidden(self) -> bool: ...

    @property
    def awaits_review(self) -> bool:
        """Whether `show` publishes what nobody has seen yet."""

    async def require_looked_at(self, session: WriteSession, looked_at: datetime | None) -> None:
        """Raise unless what `show` would publish could be looked at, and is as it was then."""

    async def hide(self, session: WriteSession, reason: str) -> None:
        """Hide it from all but its author and moderators."""

    async def show(self, session: WriteSession) -> None:
        """Show it as it was, or publish it."""


class Reportable(Protocol):
    """A kind."""

    @property
    def kind(self) -> SubjectKind: ...

    def rows(self) -> Any:
        """`id`, `author_id` and `title` of each."""

    def seen_by(self, caller: Caller | None) -> Any:
        """The `id` of each that the caller may open."""

    def to_review(self) -> Any:
        """`id` and `at` of those that a moderator has to look at before others see them, in a kind that has such."""

    async def looked_at(self, session: ReadSession, moderator: Caller, ids: Collection[str]) -> Mapping[str, Looked]:
        """Those of `ids` that the moderator may see."""

    async def locked(self, session: WriteSession, subject_id: str, *, to_suspend: bool) -> Held:
        """One that others have seen, or that awaits review, whoever may see it now; raises `NotFoundError`.

        `to_suspend` is whether its author is to be suspended in this transaction, for the order of locks.
        """
