"""Permissions follow from roles, and only from them."""

from uuid import uuid4

import pytest

from services.core.identity.caller import Caller
from services.core.identity.errors import AddressUnverifiedError
from services.core.identity.permissions import PERMISSIONS, TAKING_PART, Permission, Role, Scope
from services.core.kit.errors import ForbiddenError


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_permissions(role: Role) -> None:
    caller = Caller(uuid4(), "ada", role, scopes=frozenset())
    allowed = {permission for permission in Permission if caller.may(permission)}
    assert allowed == PERMISSIONS[role]
    withheld = {
        Role.USER: set(Permission) - TAKING_PART,
        Role.MODERATOR: {Permission.REDRAW_SHADERS, Permission.DECIDE_PLEDGES},
        Role.ADMIN: set[Permission](),
    }
    assert allowed == set(Permission) - withheld[role]


def test_scopes_give_no_permission() -> None:
    caller = Caller(uuid4(), "ada", Role.USER, key_id=uuid4(), scopes=frozenset(Scope))
    assert caller.has_scope(Scope.WRITE)
    assert {permission for permission in Permission if caller.may(permission)} == TAKING_PART


@pytest.mark.parametrize("role", Role)
def test_who_is_held_back_takes_no_part_and_is_told_why(role: Role) -> None:
    caller = Caller(uuid4(), "ada", role, held_back=True)
    for permission in Permission:
        if permission in TAKING_PART:
            with pytest.raises(AddressUnverifiedError):
                caller.require(permission)
        elif permission not in PERMISSIONS[role]:
            with pytest.raises(ForbiddenError):
                caller.require(permission)
        else:
            caller.require(permission)
