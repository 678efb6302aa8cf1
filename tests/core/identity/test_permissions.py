"""Permissions follow from roles, and only from them."""

from uuid import uuid4

import pytest

from services.core.identity.caller import Caller
from services.core.identity.permissions import PERMISSIONS, Permission, Role, Scope


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_permissions(role: Role) -> None:
    caller = Caller(uuid4(), "ada", role, scopes=frozenset())
    allowed = {permission for permission in Permission if caller.may(permission)}
    assert allowed == PERMISSIONS[role]
    withheld = {Role.USER: set(Permission), Role.MODERATOR: {Permission.REDRAW_SHADERS}, Role.ADMIN: set[Permission]()}
    assert allowed == set(Permission) - withheld[role]


def test_scopes_give_no_permission() -> None:
    caller = Caller(uuid4(), "ada", Role.USER, key_id=uuid4(), scopes=frozenset(Scope))
    assert caller.has_scope(Scope.WRITE)
    assert not any(caller.may(permission) for permission in Permission)
