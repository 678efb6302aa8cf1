"""Counts of flashes: which works are measured alone and when, what comes of it, and what the API says."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from services.contracts.shaders import PreviewStatus, RenderPublic, ShaderSummary, VersionSummary
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now
from services.core.renders import service
from services.core.renders.flashes import MOST_AT_ONCE, Unmeasured, put_off, record, send_unmeasured, unmeasured
from services.core.renders.jobs import COUNT_FLASHES
from services.core.shaders import views
from services.core.shaders.listing import refresh_listing
from services.core.shaders.models import Render, Shader
from tests.factories import make_shader, make_user


async def work(session: WriteSession, *, count: int | None = None, **fields: Any) -> Shader:
    shader = await make_shader(session, author=await make_user(session), **fields)
    await set_render(session, shader, flash_count=count)
    await refresh_listing(session, shader.id)
    return shader


async def set_render(session: WriteSession, shader: Shader, **values: Any) -> None:
    await session.execute(update(Render).where(col(Render.shader_id) == shader.id).values(values))


async def let_time_pass(session: WriteSession) -> None:
    await session.execute(update(Render).values(flash_due_at=utc_now() - timedelta(seconds=1)))


async def sent(session: WriteSession) -> list[str]:
    messages = select(OutboxMessage).where(col(OutboxMessage.actor) == COUNT_FLASHES.name)
    return [row.payload["shader_id"] for row in await session.scalars(messages.order_by(col(OutboxMessage.id)))]


async def measured(session: WriteSession, shader: Shader, count: int | None) -> None:
    found = await unmeasured(session, shader.id, 1)
    assert found is not None
    await record(session, found, count)


async def shown(session: WriteSession, shader: Shader) -> tuple[bool | None, bool | None, bool | None, int | None]:
    """What the card, the version and the render say, and the count."""
    where = col(Shader.id) == shader.id
    card = (await session.execute(views.cards().where(where))).one().card
    summary = (await session.execute(views.version_summaries(None).where(where))).one().summary
    render = RenderPublic.model_validate_json((await session.execute(views.renders(None).where(where))).one()[0])
    return (
        ShaderSummary.model_validate_json(card).flashes,
        VersionSummary.model_validate_json(summary).flashes,
        render.flashes,
        render.flash_count,
    )


class TestSending:
    async def test_what_moves_and_was_not_measured_is_sent_once(self, session: WriteSession) -> None:
        older, newer = await work(session), await work(session)
        await set_render(session, older, created_at=utc_now() - timedelta(days=300))
        await work(session, count=0)
        await work(session, deleted_at=utc_now())
        await set_render(session, await work(session), animated=False)
        assert await send_unmeasured(session) == 2
        assert await send_unmeasured(session) == 0
        assert await sent(session) == [newer.id, older.id]

    async def test_a_few_at_a_time(self, session: WriteSession) -> None:
        works = [await work(session) for _ in range(MOST_AT_ONCE + 1)]
        assert await send_unmeasured(session) == MOST_AT_ONCE
        assert await send_unmeasured(session) == 0
        await measured(session, works[-1], 0)
        assert await send_unmeasured(session) == 1

    async def test_none_while_somebody_waits_for_a_picture(self, session: WriteSession) -> None:
        await work(session)
        await set_render(session, await work(session, count=0), preview_status=PreviewStatus.PENDING)
        assert await send_unmeasured(session) == 0

    async def test_what_comes_to_nothing_is_sent_again_a_few_times(self, session: WriteSession) -> None:
        await work(session)
        for _ in range(service.MAX_ATTEMPTS):
            assert await send_unmeasured(session) == 1
            await let_time_pass(session)
        assert await send_unmeasured(session) == 0

    async def test_a_busy_renderer_costs_no_attempt_and_a_pause(self, session: WriteSession) -> None:
        shader = await work(session)
        for _ in range(service.MAX_ATTEMPTS + 1):
            assert await send_unmeasured(session) == 1
            found = await unmeasured(session, shader.id, 1)
            assert found is not None
            await put_off(session, found)
            assert await send_unmeasured(session) == 0
            await let_time_pass(session)


class TestOutcome:
    async def test_a_worker_gets_what_a_renderer_needs(self, session: WriteSession) -> None:
        shader = await work(session, source="void main() {}")
        found = Unmeasured(shader.id, 1, "void main() {}", "shadertoy", {})
        assert await unmeasured(session, shader.id, 1) == found
        await record(session, found, 2)
        assert await unmeasured(session, shader.id, 1) is None

    @pytest.mark.parametrize(("count", "flashes"), [(0, False), (3, False), (4, True), (30, True)])
    async def test_it_is_shown_everywhere(self, session: WriteSession, count: int, flashes: bool) -> None:
        shader = await work(session)
        assert await shown(session, shader) == (None, None, None, None)
        await measured(session, shader, count)
        assert await shown(session, shader) == (flashes, flashes, flashes, count)

    async def test_what_cannot_be_measured_is_let_be(self, session: WriteSession) -> None:
        shader = await work(session)
        await measured(session, shader, None)
        assert await send_unmeasured(session) == 0
        assert await shown(session, shader) == (None, None, None, None)

    async def test_what_stands_still_does_not_flash(self, session: WriteSession) -> None:
        shader = await work(session)
        await set_render(session, shader, animated=False)
        await measured(session, shader, None)
        await refresh_listing(session, shader.id)
        assert await shown(session, shader) == (False, False, False, None)

    @pytest.mark.parametrize("loop", ["preview", None])
    async def test_a_loop_brings_its_count(self, session: WriteSession, loop: str | None) -> None:
        shader = await work(session)
        await set_render(session, shader, preview_status=PreviewStatus.PENDING)
        job = await service.claim_preview(session, shader.id, 1)
        assert job is not None
        if loop is None:
            await service.skip_preview(session, job, "budget", 5)
        else:
            await service.finish_preview(session, job, loop, 5)
        assert await shown(session, shader) == (True, True, True, 5)
        assert await send_unmeasured(session) == 0

    async def test_a_loop_without_a_count_is_measured_alone(self, session: WriteSession) -> None:
        shader = await work(session)
        await set_render(session, shader, preview_status=PreviewStatus.PENDING)
        job = await service.claim_preview(session, shader.id, 1)
        assert job is not None
        await service.finish_preview(session, job, "preview")
        assert await send_unmeasured(session) == 1
