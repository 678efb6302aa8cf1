"""Settings of desires (`FRACTAFRAG_DESIRES_*`)."""

from pydantic import Field

from services.core.kit.settings import DomainSettings


class DesireSettings(DomainSettings):
    """How many desires one may have open, and for how long one without a deadline stays open."""

    GROUP = "desires"

    open: int = Field(20, ge=1, le=1_000)
    days: int = Field(180, ge=1, le=3_650)
