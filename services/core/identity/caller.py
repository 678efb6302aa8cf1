"""Who is calling: what a verified access token or API key says, without a look into the database."""

from dataclasses import dataclass
from uuid import UUID

from services.core.identity.permissions import Role, Scope

ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """The user behind a request: signed in (`session_id`), or by a key (`key_id`) with its scopes."""

    user_id: UUID
    handle: str
    role: Role
    session_id: UUID | None = None
    token_id: str | None = None
    key_id: UUID | None = None
    scopes: frozenset[Scope] = ALL_SCOPES

    @property
    def moderates(self) -> bool:
        """Whether the caller may see reports and hide works."""
        return self.role in (Role.MODERATOR, Role.ADMIN)

    def may(self, scope: Scope) -> bool:
        """Whether the scopes allow it; every caller may read."""
        return scope is Scope.READ or scope in self.scopes
