"""What goes in and out of moderation: reports, and what came of them."""

from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from services.contracts.shaders import Author, VersionRef
from services.core.kit.schemas import StrictBody
from services.core.kit.text import clean_line, clean_text
from services.core.moderation.models import ReportReason


class Resolution(StrEnum):
    """What came of a report."""

    DISMISSED = "dismissed"
    HIDDEN = "hidden"


class ReportResolve(StrictBody):
    """`hidden` hides the shader and resolves all open reports about it."""

    resolution: Resolution


class HideRequest(StrictBody):
    """Why the shader is hidden; its author reads it."""

    reason: Annotated[str, Field(min_length=1, max_length=300, examples=["Spam"]), AfterValidator(clean_line)]


class SuspendRequest(StrictBody):
    """Why the account is suspended; its owner reads it."""

    reason: Annotated[
        str, Field(min_length=1, max_length=300, examples=["Spam"]), AfterValidator(partial(clean_line, limit=300))
    ]


class ReportCreate(StrictBody):
    """Why a shader should be looked at by a moderator."""

    reason: ReportReason
    detail: Annotated[str, Field(max_length=2000), AfterValidator(partial(clean_text, limit=2000))] = ""


class ReportPublic(BaseModel):
    """A report, as moderators see it."""

    id: UUID
    shader: VersionRef
    title: str
    author: Author
    reporter: str
    reason: ReportReason
    detail: str
    created_at: datetime
    resolved_at: datetime | None
    resolution: str | None
    moderator: str | None
