"""Lists show what everybody may see and what has a picture."""

from typing import Any

import pytest
from sqlmodel import col

from services.contracts.shaders import ShaderSummary, Visibility
from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Shader
from services.core.shaders.views import cards
from tests.factories import make_shader, make_user, make_version


async def test_a_rendered_public_work_is_listed(session: WriteSession) -> None:
    work = await make_shader(session, author=await make_user(session))
    assert work.listed
    assert work.rendered_version == 1
    assert work.still_name is not None


@pytest.mark.parametrize(
    "fields",
    [
        {"visibility": Visibility.UNLISTED},
        {"visibility": Visibility.PRIVATE},
        {"visibility": Visibility.DRAFT},
        {"rendered": False},
        {"hidden_at": utc_now()},
        {"deleted_at": utc_now()},
    ],
)
async def test_any_other_work_is_not(session: WriteSession, fields: dict[str, Any]) -> None:
    work = await make_shader(session, author=await make_user(session), **fields)
    assert not work.listed


async def test_a_work_keeps_its_picture_while_the_next_version_is_drawn(session: WriteSession) -> None:
    work = await make_shader(session, author=await make_user(session))
    before = work.still_name
    await make_version(session, work, source="other", rendered=False)
    assert (work.listed, work.current_version, work.rendered_version, work.still_name) == (True, 2, 1, before)


async def test_a_hidden_work_leaves_the_lists_and_comes_back(session: WriteSession) -> None:
    work = await make_shader(session, author=await make_user(session))
    work.hidden_at = utc_now()
    await refresh_listing(session, work.id)
    assert not work.listed
    work.hidden_at = None
    await refresh_listing(session, work.id)
    assert work.listed


async def test_only_listed_forks_count(session: WriteSession) -> None:
    user = await make_user(session)
    work = await make_shader(session, author=user)
    parent: dict[str, Any] = {"parent_id": work.id, "parent_version": 1}
    for visibility in Visibility:
        fork = await make_shader(session, author=user, visibility=visibility, **parent)
    await make_shader(session, author=user, rendered=False, **parent)
    assert work.forks == 1
    fork.visibility = Visibility.PUBLIC
    await refresh_listing(session, fork.id)
    assert work.forks == 2
    fork.deleted_at = utc_now()
    await refresh_listing(session, fork.id)
    assert work.forks == 1


async def test_a_card_tells_what_a_list_needs(session: WriteSession) -> None:
    user = await make_user(session, handle="ada", display_name="Ada")
    parent = await make_shader(session, author=user)
    work = await make_shader(session, author=user, tags=["water"], parent_id=parent.id, parent_version=1)
    await make_version(session, work, source="other", rendered=False)
    found = (await session.scalars(cards().where(col(Shader.id) == work.id))).one()
    card = ShaderSummary.model_validate_json(found)
    assert card.author.handle == "ada"
    assert card.tags == ["water"]
    assert card.version == 2
    assert card.render_status == "pending"
    assert card.parent is not None
    assert card.parent.id == parent.id
    assert card.still_url == f"/renders/{work.still_name}"


async def test_a_work_that_does_not_exist_is_left_alone(session: WriteSession) -> None:
    await refresh_listing(session, "nothing")
