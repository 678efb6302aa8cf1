"""Who is calling: what a verified access token says, without a look into the database."""

from dataclasses import dataclass
from uuid import UUID

from services.core.models.accounts import Role


@dataclass(frozen=True, slots=True)
class Caller:
    """The user behind a request."""

    user_id: UUID
    handle: str
    role: Role
    session_id: UUID | None = None
    token_id: str | None = None

    @property
    def moderates(self) -> bool:
        """Whether the caller may see reports and hide works."""
        return self.role in (Role.MODERATOR, Role.ADMIN)
