"""Who is calling: what a verified access token or API key says, without a look into the database."""

from dataclasses import dataclass
from uuid import UUID

from services.core.identity.errors import AddressUnverifiedError
from services.core.identity.permissions import PERMISSIONS, TAKING_PART, Permission, Role, Scope
from services.core.identity.picture_links import PictureGrant
from services.core.kit.errors import ForbiddenError

ALL_SCOPES = frozenset(Scope)


@dataclass(frozen=True, slots=True)
class Caller:
    """The user behind a request: signed in (`session_id`), or by a key (`key_id`) with its scopes.

    `pictures` makes the links to pictures that not everybody may see. `held_back` is a user whose address is not
    confirmed, on a site that asks for it.
    """

    user_id: UUID
    handle: str
    role: Role
    session_id: UUID | None = None
    key_id: UUID | None = None
    scopes: frozenset[Scope] = ALL_SCOPES
    pictures: PictureGrant | None = None
    held_back: bool = False

    def may(self, permission: Permission) -> bool:
        """Whether the caller's role gives it, and nothing takes it away."""
        return permission in PERMISSIONS[self.role] and not (self.held_back and permission in TAKING_PART)

    def require(self, permission: Permission) -> None:
        """Raise `AddressUnverifiedError` or `ForbiddenError` unless the caller may."""
        if self.may(permission):
            return
        if permission in TAKING_PART:
            raise AddressUnverifiedError
        raise ForbiddenError

    def has_scope(self, scope: Scope) -> bool:
        """Whether the scopes allow it; every caller may read."""
        return scope is Scope.READ or scope in self.scopes
