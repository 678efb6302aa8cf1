"""What is shown to others: never a newest version that could not be drawn, and no publish is counted for it."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.contracts.shaders import RenderStatus, Visibility
from services.core.accounts.models import User
from services.core.kit.database import WriteSession
from services.core.kit.settings import LimitSettings
from services.core.shaders import write
from services.core.shaders.models import PublishUsage, Render, Shader
from services.core.shaders.publication import NoPictureError, PicturePendingError
from services.core.shaders.schemas import ShaderUpdate
from tests.factories import caller_of, make_shader, make_user, make_version

LIMITS = LimitSettings(publishes_per_month=5)
OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)
CLOSED = (Visibility.PRIVATE, Visibility.DRAFT)


async def _work(session: WriteSession, **fields: Any) -> tuple[User, Shader]:
    user = await make_user(session)
    return user, await make_shader(session, author=user, published_at=None, **fields)


async def _fail(session: WriteSession, shader: Shader) -> None:
    render = await session.get_one(Render, (shader.id, shader.current_version))
    render.status, render.failure_code = RenderStatus.FAILED, "compile_failed"
    render.errors = [{"line": 2, "column": None, "token": None, "message": "no"}]
    await session.flush()


async def _change(session: WriteSession, user: User, shader: Shader, **fields: Any) -> Shader:
    return await write.change(session, caller_of(user), shader.id, ShaderUpdate(**fields), LIMITS)


async def _used(session: WriteSession, user: User) -> int:
    return await session.scalar(select(col(PublishUsage.used)).where(col(PublishUsage.user_id) == user.id)) or 0


@pytest.mark.parametrize("wanted", OPEN)
@pytest.mark.parametrize("now", CLOSED)
async def test_a_newest_version_that_failed_is_not_shown(
    session: WriteSession, now: Visibility, wanted: Visibility
) -> None:
    user, shader = await _work(session, visibility=now, title="Tide")
    await make_version(session, shader, source="void main() {}", rendered=False)
    await _fail(session, shader)
    savepoint = await session.begin_nested()
    with pytest.raises(NoPictureError) as caught:
        await _change(session, user, shader, visibility=wanted, title="Reef")
    await savepoint.rollback()
    assert caught.value.extra["version"] == 2
    assert caught.value.extra["failure_code"] == "compile_failed"
    assert caught.value.extra["errors"][0]["line"] == 2
    await session.refresh(shader)
    assert (shader.visibility, shader.title, shader.published_at) == (now, "Tide", None)
    assert await _used(session, user) == 0
    await make_version(session, shader, source="void main() { }")
    assert (await _change(session, user, shader, visibility=wanted)).visibility == wanted
    assert await _used(session, user) == 1


async def test_one_that_waits_is_shown_unless_its_picture_is_required(session: WriteSession) -> None:
    user, shader = await _work(session, visibility=Visibility.DRAFT, rendered=False)
    savepoint = await session.begin_nested()
    with pytest.raises(PicturePendingError) as caught:
        await _change(session, user, shader, visibility=Visibility.PUBLIC, require_picture=True)
    await savepoint.rollback()
    await session.refresh(shader)
    assert int(caught.value.headers["Retry-After"]) > 0
    assert await _used(session, user) == 0
    assert (await _change(session, user, shader, visibility=Visibility.PUBLIC)).published_at is not None
    assert await _used(session, user) == 1


async def test_a_picture_that_is_taken_anew_is_a_picture(session: WriteSession) -> None:
    user, shader = await _work(session, visibility=Visibility.DRAFT)
    await _change(session, user, shader, still_time=7.0)
    render = await session.get_one(Render, (shader.id, 1), populate_existing=True)
    assert render.status == RenderStatus.PENDING
    changed = await _change(session, user, shader, visibility=Visibility.PUBLIC, require_picture=True)
    assert changed.visibility == Visibility.PUBLIC


async def test_what_others_see_already_is_changed_whatever_became_of_a_new_version(session: WriteSession) -> None:
    user, shader = await _work(session, visibility=Visibility.PUBLIC)
    await make_version(session, shader, source="void main() {}", rendered=False)
    await _fail(session, shader)
    changed = await _change(session, user, shader, visibility=Visibility.UNLISTED, title="Reef", require_picture=True)
    assert (changed.visibility, changed.title) == (Visibility.UNLISTED, "Reef")
