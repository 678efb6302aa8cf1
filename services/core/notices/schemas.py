"""What goes in and out of notices."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.core.kit.schemas import StrictBody
from services.core.registry.notices import MailTiming


class NoticePublic(BaseModel):
    """A notice. `about` is the id of what it is about: a shader's, or `account`. `link` is a path of the site."""

    id: UUID
    kind: str = Field(examples=["fork"])
    about: str = Field(examples=["7YkQm2Xb4Ra"])
    text: str = Field(examples=["bob forked “Tide”"])
    link: str = Field(examples=["/s/7YkQm2Xb4Ra"])
    count: int = Field(description="How many occasions it stands for; it grows until it is read")
    told_at: datetime
    read_at: datetime | None


class NoticePage(BaseModel):
    """Notices, and two places: `next_cursor` leads to older ones, `since` to what comes after all of these."""

    items: list[NoticePublic]
    next_cursor: str | None = None
    since: str
    unread: int = Field(description="In the whole inbox; 100 stands for more than 99")


class InboxState(BaseModel):
    """How much of the inbox is unread; 100 stands for more than 99. `since` is the place after all that is in it."""

    unread: int
    since: str


class ReadInput(StrictBody):
    """Which notices were read: these `ids`, or all `until` the `since` of a page."""

    ids: Annotated[list[UUID], Field(max_length=100)] = Field(default_factory=list)
    until: Annotated[str | None, Field(max_length=500)] = None

    @model_validator(mode="after")
    def _one(self) -> "ReadInput":
        if bool(self.ids) is (self.until is not None):
            raise ValueError("name either ids or until")
        return self


class KindChoice(StrictBody):
    """How to hear of a kind: in the inbox, and by mail."""

    page: bool
    mail: MailTiming


class KindSettings(BaseModel):
    """How one hears of a kind. What is about `security` cannot be changed: it is in the inbox and mailed at once."""

    kind: str = Field(examples=["fork"])
    title: str = Field(examples=["Forks of your shaders"])
    security: bool
    page: bool
    mail: MailTiming


class NoticeSettingsPublic(BaseModel):
    """How one hears of each kind; `mail_on` is whether this site sends mail."""

    items: list[KindSettings]
    mail_on: bool
