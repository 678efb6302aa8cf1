"""What goes in and out of moderation: reports, and what came of them."""

from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from services.contracts.shaders import SAMPLE_ID, Author, ShaderSummary
from services.core.accounts.schemas import LinkToken
from services.core.kit.schemas import StrictBody
from services.core.kit.text import clean_line, clean_text
from services.core.moderation.models import Action, ReportReason
from services.core.registry.reportable import SubjectKind


class Resolution(StrEnum):
    """What came of a report."""

    DISMISSED = "dismissed"
    HIDDEN = "hidden"


Reason = Annotated[
    str,
    Field(min_length=1, max_length=300, pattern=r"\S", examples=["Spam"], description="The author reads it"),
    AfterValidator(partial(clean_line, limit=300)),
]


class SubjectRef(BaseModel):
    """What a report or a decision is about."""

    kind: SubjectKind
    id: str = Field(examples=[SAMPLE_ID])


class HideRequest(StrictBody):
    """Why it is hidden; its author reads it."""

    reason: Reason


class DecisionRequest(StrictBody):
    """What becomes of it, and why. All resolve its open reports.

    `keep` shows it again if it was hidden and publishes it if it awaits review, `suspend` hides it and suspends its
    author.
    """

    action: Action
    reason: Reason
    updated_at: AwareDatetime | None = Field(
        default=None,
        examples=["2026-11-30T18:00:00Z"],
        description="As it was looked at: a shader that awaits review is not published where its author has "
        "changed it since (`changed_meanwhile`)",
    )


class AnswerRequest(StrictBody):
    """What the author says to a decision; moderators read it."""

    text: Annotated[
        str,
        Field(min_length=1, max_length=2000, pattern=r"\S", examples=["The licence of the original allows it: ..."]),
        AfterValidator(partial(clean_text, limit=2000)),
    ]


class LinkAnswer(AnswerRequest):
    """The same by the link in the mail about a suspension: what it holds behind its `#`, and what is answered."""

    token: LinkToken
    decision_id: UUID = Field(examples=["0b7d8f0e-0000-4000-8000-000000000001"])


class SuspendRequest(StrictBody):
    """Why the account is suspended; its owner reads it."""

    reason: Reason


class ReportCreate(StrictBody):
    """Why a moderator should look at it."""

    reason: ReportReason
    detail: Annotated[str, Field(max_length=2000), AfterValidator(partial(clean_text, limit=2000))] = ""


class ReportPublic(BaseModel):
    """A report, as moderators see it."""

    id: UUID
    subject: SubjectRef
    title: str | None = Field(description="Of a desire its text; null where the caller may not see it any more")
    author: Author
    reporter: str
    reason: ReportReason
    detail: str
    created_at: datetime
    resolved_at: datetime | None
    resolution: str | None
    moderator: str | None


class DecisionPublic(BaseModel):
    """What a moderator decided, and what the author said to it."""

    id: UUID
    subject: SubjectRef
    title: str | None = Field(description="Of a desire its text; null where the caller may not see it any more")
    author: str = Field(examples=["ada"])
    moderator: str | None = Field(description="For moderators", examples=["judge"])
    action: Action
    reason: str = Field(examples=["Spam"])
    reports: int = Field(description="How many open reports it resolved", examples=[2])
    created_at: datetime
    answer: str | None
    answered_at: datetime | None
    answerable: bool = Field(description="Whether its author may answer it: once, while it is the newest")


class DecisionList(BaseModel):
    """Decisions, the newest first."""

    items: list[DecisionPublic]


class CaseReport(BaseModel):
    """One of the open reports about it."""

    reporter: str = Field(examples=["bob"])
    reason: ReportReason
    detail: str
    created_at: datetime


class AuthorHistory(BaseModel):
    """What moderators should know of an author before they decide."""

    joined_at: datetime
    published: int = Field(description="Shaders that others have seen", examples=[12])
    hidden: int = Field(description="How many of them are hidden now", examples=[1])
    reports: int = Field(description="How often others reported what is theirs, of every kind", examples=[3])
    hides: int = Field(description="How often moderators decided to hide something of theirs", examples=[1])
    suspended: bool


class Case(BaseModel):
    """What waits for a moderator: it was reported, its author answered, or it awaits review."""

    subject: SubjectRef
    author: Author
    text: str = Field(description="A shader's description; what a desire says")
    shader: ShaderSummary | None = Field(description="The card of a shader")
    updated_at: datetime = Field(description="When its author changed it last; a `keep` may say it")
    hidden_reason: str | None = Field(description="Null while it is shown")
    waits_since: datetime
    reports: list[CaseReport] = Field(description="The open ones, the oldest first")
    answered: DecisionPublic | None = Field(description="The decision that its author answered")
    history: AuthorHistory
