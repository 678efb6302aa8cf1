"""Who sees what: every kind of work against every kind of caller."""

import itertools

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.contracts.shaders import Visibility
from services.core.identity.permissions import Role
from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now
from services.core.shaders.models import Shader
from services.core.shaders.visibility import visible_to
from tests.factories import caller_of, make_shader, make_user

CALLERS = ("visitor", "stranger", "author", "moderator", "admin")


_EITHER = (False, True)


def expected(visibility: Visibility, *, hidden: bool, deleted: bool, caller: str) -> bool:
    if deleted:
        return False
    if caller == "author":
        return True
    if visibility in (Visibility.PRIVATE, Visibility.DRAFT):
        return False
    return not hidden or caller in ("moderator", "admin")


@pytest.mark.parametrize("caller", CALLERS)
async def test_a_caller_sees_exactly_what_the_table_says(session: WriteSession, caller: str) -> None:
    author = await make_user(session)
    others = {
        "stranger": await make_user(session),
        "author": author,
        "moderator": await make_user(session, role=Role.MODERATOR),
        "admin": await make_user(session, role=Role.ADMIN),
    }
    works = {}
    for visibility, hidden, withheld, waits, deleted in itertools.product(
        Visibility, _EITHER, _EITHER, _EITHER, _EITHER
    ):
        work = await make_shader(
            session,
            author=author,
            visibility=visibility,
            hidden_at=utc_now() if hidden else None,
            withheld=withheld,
            review_asked_at=utc_now() if waits else None,
            deleted_at=utc_now() if deleted else None,
        )
        works[work.id] = expected(visibility, hidden=hidden or withheld or waits, deleted=deleted, caller=caller)
    who = caller_of(others[caller]) if caller in others else None
    seen = await session.scalars(select(col(Shader.id)).where(visible_to(who)))
    assert set(seen) == {shader_id for shader_id, visible in works.items() if visible}
