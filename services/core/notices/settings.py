"""Settings of notices (`FRACTAFRAG_NOTICES_*`)."""

from pydantic import Field

from services.core.kit.settings import DomainSettings


class NoticeSettings(DomainSettings):
    """When the day's mails go."""

    GROUP = "notices"

    # Hour of the day, UTC.
    digest_hour: int = Field(7, ge=0, le=23)
