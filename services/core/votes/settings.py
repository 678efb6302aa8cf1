"""Settings of votes (`FRACTAFRAG_VOTES_*`)."""

from pydantic import Field

from services.core.kit.settings import DomainSettings


class VoteSettings(DomainSettings):
    """What votes weigh in the order of lists (weights.py)."""

    GROUP = "votes"

    # So old is an account whose votes weigh in full; 0: every one's do.
    full_after_days: int = Field(30, ge=0, le=365)
    # Whether votes from one network share; off where all people come through one address.
    share_networks: bool = True
