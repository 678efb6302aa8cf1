"""Who is calling: what a verified access token or API key says, without a look into the database."""

from dataclasses import dataclass
from uuid import UUID

from services.core.identity.permissions import PERMISSIONS, Permission, Role, Scope
from services.core.identity.picture_links import PictureGrant

ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """The user behind a request: signed in (`session_id`), or by a key (`key_id`) with its scopes.

    `pictures` makes the links to pictures that not everybody may see.
    """

    user_id: UUID
    handle: str
    role: Role
    session_id: UUID | None = None
    key_id: UUID | None = None
    scopes: frozenset[Scope] = ALL_SCOPES
    pictures: PictureGrant | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the caller's role gives it."""
        return permission in PERMISSIONS[self.role]

    def has_scope(self, scope: Scope) -> bool:
        """Whether the scopes allow it; every caller may read."""
        return scope is Scope.READ or scope in self.scopes
