"""Kept stills: who gets one and when, the claim like any other, the outcome, and an author who changes his mind."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from services.contracts.shaders import RenderStatus, ShaderSummary, Visibility
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import WriteSession
from services.core.kit.storage import content_name, copy_name
from services.core.kit.tables import utc_now
from services.core.renders import service
from services.core.renders.jobs import KEEP_STILL
from services.core.renders.kept import MOST_AT_ONCE, send_unkept
from services.core.shaders import views
from services.core.shaders.models import Render, Shader
from tests.factories import make_shader, make_user

KEPT = content_name("kept", b"kept", "webp")


async def work(session: WriteSession, **fields: Any) -> Shader:
    return await make_shader(session, author=await make_user(session), **fields)


async def sent(session: WriteSession) -> list[str]:
    messages = select(OutboxMessage).where(col(OutboxMessage.actor) == KEEP_STILL.name)
    return [row.payload["shader_id"] for row in await session.scalars(messages.order_by(col(OutboxMessage.id)))]


async def row(session: WriteSession, shader_id: str) -> Render:
    return await session.get_one(Render, (shader_id, 1), populate_existing=True)


class TestSending:
    async def test_every_work_that_has_a_picture_is_sent_once(self, session: WriteSession) -> None:
        older = await work(session, created_at=utc_now() - timedelta(days=300))
        newer = await work(session)
        await work(session, visibility=Visibility.DRAFT)
        await work(session, published_at=None, review_asked_at=utc_now())
        await work(session, deleted_at=utc_now())
        assert await send_unkept(session) == 2
        assert await send_unkept(session) == 0
        assert await sent(session) == [newer.id, older.id]

    async def test_a_few_at_a_time(self, session: WriteSession) -> None:
        for _ in range(MOST_AT_ONCE + 1):
            await work(session)
        assert await send_unkept(session) == MOST_AT_ONCE
        assert await send_unkept(session) == 0
        shader_id = (await sent(session))[0]
        job = await service.claim_kept(session, shader_id, 1)
        assert job is not None
        assert await send_unkept(session) == 0, "it is being drawn"
        await service.finish_kept(session, job, KEPT, 1280)
        assert await send_unkept(session) == 1

    @pytest.mark.parametrize("waiting", ["status", "preview_status"])
    async def test_none_while_somebody_waits_for_a_picture(self, session: WriteSession, waiting: str) -> None:
        await work(session)
        other = await work(session)
        await session.execute(update(Render).where(col(Render.shader_id) == other.id).values({waiting: "pending"}))
        assert await send_unkept(session) == 0

    async def test_what_came_to_nothing_is_sent_again(self, session: WriteSession) -> None:
        shader = await work(session)
        await send_unkept(session)
        await session.execute(text("DELETE FROM outbox"))
        assert await send_unkept(session) == 0
        await session.execute(update(Render).values(lease_until=utc_now() - timedelta(seconds=1)))
        assert await send_unkept(session) == 1
        assert await sent(session) == [shader.id]


class TestOutcome:
    async def test_it_is_recorded_and_shown(self, session: WriteSession) -> None:
        shader = await work(session)
        job = await service.claim_kept(session, shader.id, 1)
        assert job is not None
        assert (job.still_time, job.attempt, job.id) == (1.0, 1, f"{shader.id}.1.kept.1")
        assert await service.claim_kept(session, shader.id, 1) is None
        assert await service.finish_kept(session, job, KEPT, 1280)
        assert not await service.finish_kept(session, job, "another", 1280)
        assert await send_unkept(session) == 0
        found = await shown(session, shader.id)
        assert [(size.width, size.height) for size in found.pictures] == [(320, 180), (640, 360), (1280, 720)]
        names = [copy_name(KEPT, "320", "webp"), copy_name(KEPT, "640", "webp"), KEPT]
        assert [size.url for size in found.pictures] == [f"/renders/{name}" for name in names]
        assert (found.still_url, found.share_url) == (
            f"/renders/{names[1]}",
            f"/renders/{copy_name(KEPT, 'share', 'jpg')}",
        )

    async def test_a_small_one_has_two_sizes(self, session: WriteSession) -> None:
        shader = await work(session)
        job = await service.claim_kept(session, shader.id, 1)
        assert job is not None
        await service.finish_kept(session, job, KEPT, 640)
        found = await shown(session, shader.id)
        assert [size.width for size in found.pictures] == [320, 640]
        assert found.still_url == f"/renders/{KEPT}"

    async def test_until_then_there_is_the_quick_one(self, session: WriteSession) -> None:
        shader = await work(session)
        found = await shown(session, shader.id)
        assert [(size.width, size.url) for size in found.pictures] == [(640, found.still_url)]
        assert found.share_url is None

    async def test_one_of_an_earlier_still_is_dropped(self, session: WriteSession) -> None:
        shader = await work(session)
        job = await service.claim_kept(session, shader.id, 1)
        assert job is not None
        await session.execute(update(Render).values(still_time=7.0))
        assert not await service.finish_kept(session, job, KEPT, 1280)

    async def test_a_busy_renderer_costs_no_attempt_and_a_pause(self, session: WriteSession) -> None:
        shader = await work(session)
        job = await service.claim_kept(session, shader.id, 1)
        assert job is not None
        await service.give_back(session, job, used=False)
        render = await row(session, shader.id)
        assert (render.kept_status, render.kept_attempts) == ("pending", 0)
        assert await send_unkept(session) == 0

    async def test_what_kills_whoever_draws_it_keeps_its_quick_still(self, session: WriteSession) -> None:
        shader = await work(session)
        for _ in range(service.MAX_ATTEMPTS):
            assert await service.claim_kept(session, shader.id, 1) is not None
            await session.execute(update(Render).values(lease_until=utc_now() - timedelta(seconds=1)))
        assert await service.claim_kept(session, shader.id, 1) is None
        render = await row(session, shader.id)
        assert (render.status, render.kept_status) == (RenderStatus.READY, "skipped")
        assert (await shown(session, shader.id)).still_url == f"/renders/{shader.still_name}"


async def shown(session: WriteSession, shader_id: str) -> ShaderSummary:
    card = (await session.execute(views.cards().where(col(Shader.id) == shader_id))).one().card
    return ShaderSummary.model_validate_json(card)
