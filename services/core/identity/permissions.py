"""What a caller may do: the roles of users and the scopes of API keys."""

from enum import StrEnum


class Role(StrEnum):
    """What a user may do beyond their own things."""

    USER = "user"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Scope(StrEnum):
    """What a key may do. Every key may read, whatever its scopes."""

    READ = "read"
    WRITE = "write"
    BOUNTY = "bounty"
