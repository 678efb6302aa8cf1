"""What a caller may do: the permissions that roles give users, and the scopes of API keys."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a user may do beyond their own things."""

    USER = "user"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Permission(StrEnum):
    """Something that not everybody may do; asked by `caller.may(...)`."""

    # See shaders that are hidden, why they are, and the errors of all shaders.
    INSPECT_SHADERS = "inspect_shaders"
    HIDE_SHADERS = "hide_shaders"
    REVIEW_REPORTS = "review_reports"
    SUSPEND_ACCOUNTS = "suspend_accounts"
    # Have the pictures of anybody's shader drawn again.
    REDRAW_SHADERS = "redraw_shaders"
    # Decide about contested pledges, and see to those that are stuck.
    DECIDE_PLEDGES = "decide_pledges"
    # Do what others see. Every role gives these; an address that is not confirmed takes them away (caller.py).
    PUBLISH = "publish"
    VOTE = "vote"
    REPORT = "report"
    POST_DESIRES = "post_desires"


TAKING_PART = frozenset({Permission.PUBLISH, Permission.VOTE, Permission.REPORT, Permission.POST_DESIRES})
_MODERATION = frozenset(
    {
        Permission.INSPECT_SHADERS,
        Permission.HIDE_SHADERS,
        Permission.REVIEW_REPORTS,
        Permission.SUSPEND_ACCOUNTS,
    }
)
PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.USER: TAKING_PART,
    Role.MODERATOR: TAKING_PART | _MODERATION,
    Role.ADMIN: TAKING_PART | _MODERATION | {Permission.REDRAW_SHADERS, Permission.DECIDE_PLEDGES},
}


class Scope(StrEnum):
    """What a key may do. Every key may read, whatever its scopes."""

    READ = "read"
    WRITE = "write"
    BOUNTY = "bounty"
