"""Another try: what has ended is drawn again, once, and what is under way is left alone."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from services.core.identity.permissions import Role
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now
from services.core.renders.jobs import RENDER_PREVIEW
from services.core.renders.kept import send_unkept
from services.core.renders.queue import take
from services.core.renders.redraw import RedrawFilter, redraw, redraw_own, retry_doubts
from services.core.renders.service import claim_kept, extend, finish_preview, give_back
from services.core.shaders.models import Render, Shader
from services.core.shaders.repository import NotYoursError
from tests.factories import caller_of, make_shader, make_user, make_version

FAILED: dict[str, Any] = {
    "status": "failed",
    "failure_code": "still_timeout",
    "errors": [{"line": 1, "message": "too slow"}],
    "attempts": 3,
    "preview_status": "skipped",
    "preview_reason": "failed",
}
ALL = RedrawFilter()


async def work(session: WriteSession, *, rendered: bool = False, **render: Any) -> Shader:
    shader = await make_shader(session, author=await make_user(session), rendered=rendered)
    if render:
        await session.execute(update(Render).where(col(Render.shader_id) == shader.id).values(render))
    return shader


async def row(session: WriteSession, shader: Shader) -> Render:
    statement = select(Render).where(col(Render.shader_id) == shader.id, col(Render.version) == shader.current_version)
    return (await session.scalars(statement.execution_options(populate_existing=True))).one()


async def sent(session: WriteSession) -> list[tuple[str, str]]:
    rows = (await session.scalars(select(OutboxMessage).order_by(col(OutboxMessage.id)))).all()
    return [(message.actor, message.payload["shader_id"]) for message in rows]


class TestRedraw:
    async def test_a_failed_version_begins_anew_and_is_sent_once(self, session: WriteSession) -> None:
        shader = await work(session, **FAILED)
        assert await redraw(session, ALL) == 1
        assert await redraw(session, ALL) == 0
        render = await row(session, shader)
        assert (render.status, render.preview_status, render.attempts) == ("pending", "pending", 0)
        assert (render.failure_code, render.errors, render.preview_reason) == (None, [], None)
        assert await sent(session) == [("render.still", shader.id)]

    async def test_of_many_at_once_one_asks(self, database: Database) -> None:
        async with database.write() as session:
            await work(session, **FAILED)

        async def one() -> int:
            async with database.write() as session:
                return await redraw(session, ALL)

        assert sum(await asyncio.gather(*(one() for _ in range(10)))) == 1
        async with database.write() as session:
            assert len(await sent(session)) == 1

    async def test_what_is_ready_waits_or_is_drawn_is_left_alone(self, session: WriteSession) -> None:
        await work(session, rendered=True)
        await work(session)
        await work(session, status="rendering", lease_until=utc_now() + timedelta(seconds=10))
        await work(session, rendered=True, preview_status="skipped", preview_reason="static")
        assert await redraw(session, ALL) == 0

    async def test_a_loop_that_failed_alone_is_drawn_alone(self, session: WriteSession) -> None:
        shader = await work(session, rendered=True, preview_status="skipped", preview_reason="preview_timeout")
        assert await redraw(session, ALL) == 1
        render = await row(session, shader)
        assert (render.status, render.preview_status, render.preview_reason) == ("ready", "pending", None)
        assert await sent(session) == [("render.preview", shader.id)]

    async def test_a_loop_does_not_wait_for_the_kept_still(self, session: WriteSession) -> None:
        shader = await work(session, rendered=True, preview_status="skipped", preview_reason="preview_timeout")
        kept = await claim_kept(session, shader.id, 1)
        assert kept is not None
        assert await redraw(session, ALL) == 1
        assert not await extend(session, kept)
        assert not await give_back(session, kept, used=False)
        turn = await take(session)
        assert turn is not None
        assert turn.job.kind is RENDER_PREVIEW
        assert not await extend(session, kept)
        await finish_preview(session, turn.job, "loop")
        assert await send_unkept(session) == 1, "it comes after the loop"

    async def test_a_filter_narrows_and_may_name_what_is_ready(self, session: WriteSession) -> None:
        one, other = await work(session, **FAILED), await work(session, **{**FAILED, "failure_code": "gave_up"})
        ready = await work(session, rendered=True, backend="swiftshader")
        assert await redraw(session, RedrawFilter(codes=frozenset({"gave_up"}))) == 1
        assert (await row(session, other)).status == "pending"
        assert await redraw(session, RedrawFilter(ready=True, backend="swiftshader")) == 1
        render = await row(session, ready)
        assert (render.status, bool(render.still_name)) == ("pending", True), "the picture stays until there is another"
        assert await redraw(session, RedrawFilter(author_id=one.author_id), limit=0) == 0
        assert await redraw(session, RedrawFilter(author_id=one.author_id)) == 1

    async def test_only_the_newest_version_unless_one_is_named(self, session: WriteSession) -> None:
        shader = await work(session, **FAILED)
        await make_version(session, shader, source="void main() {}")
        assert await redraw(session, ALL) == 0
        assert await redraw(session, RedrawFilter(shader_id=shader.id, version=1)) == 1

    async def test_what_is_deleted_is_not_drawn(self, session: WriteSession) -> None:
        shader = await work(session, **FAILED)
        shader.deleted_at = utc_now()
        assert await redraw(session, ALL) == 0


class TestRedrawOwn:
    async def test_the_author_and_an_admin_may_and_nobody_else(self, session: WriteSession) -> None:
        shader = await work(session, **FAILED)
        stranger = await make_user(session)
        moderator = await make_user(session, role=Role.MODERATOR)
        admin = await make_user(session, role=Role.ADMIN)
        for other in (stranger, moderator):
            with pytest.raises(NotYoursError):
                await redraw_own(session, caller_of(other), shader.id, None)
        assert await redraw_own(session, caller_of(admin), shader.id, None)
        assert not await redraw_own(session, caller_of(admin), shader.id, None)

    async def test_what_one_may_not_see_is_not_found(self, session: WriteSession) -> None:
        shader = await make_shader(session, author=await make_user(session), visibility="draft")
        with pytest.raises(NotFoundError):
            await redraw_own(session, caller_of(await make_user(session)), shader.id, None)


class TestRetryDoubts:
    async def test_what_was_given_up_is_tried_again_ever_more_rarely(self, session: WriteSession) -> None:
        async def is_due(tried_for: timedelta, ago: timedelta) -> bool:
            ended = utc_now() - ago
            given_up = {**FAILED, "failure_code": "gave_up", "created_at": ended - tried_for, "updated_at": ended}
            await work(session, **given_up)
            return await retry_doubts(session) == 1

        assert not await is_due(timedelta(minutes=1), timedelta(minutes=9))
        assert await is_due(timedelta(minutes=1), timedelta(minutes=11))
        assert not await is_due(timedelta(hours=3), timedelta(hours=2))
        assert await is_due(timedelta(hours=3), timedelta(hours=4))
        assert await is_due(timedelta(days=300), timedelta(hours=25))

    async def test_a_verdict_about_the_shader_stays(self, session: WriteSession) -> None:
        await work(session, **{**FAILED, "updated_at": utc_now() - timedelta(days=9)})
        assert await retry_doubts(session) == 0
