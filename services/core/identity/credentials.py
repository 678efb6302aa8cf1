"""Credentials that have ended."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class EndedCredentials:
    """Sessions and API keys that are not valid any more, for the blocklist."""

    sessions: list[UUID] = field(default_factory=list)
    keys: list[UUID] = field(default_factory=list)
