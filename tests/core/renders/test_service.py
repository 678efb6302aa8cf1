"""Claiming and finishing: one outcome per version, whoever dies and however often a message comes."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from services.contracts.glsl import SourceError
from services.contracts.shaders import PreviewStatus, RenderStatus
from services.core.jobs.models import OutboxMessage
from services.core.kit import topics
from services.core.kit.database import Database, WriteSession
from services.core.kit.storage import content_name
from services.core.kit.tables import utc_now
from services.core.renders import service
from services.core.renders.answers import CheckedResult
from services.core.renders.jobs import RENDER_PREVIEW
from services.core.renders.service import RenderJob
from services.core.shaders.models import Render, Shader
from tests.core.renders.test_answers import still
from tests.factories import make_shader, make_user

STILL = content_name("still", b"still", "webp")
PREVIEW = content_name("preview", b"preview", "webp")


def answer(*, animated: bool = True) -> CheckedResult:
    return CheckedResult.model_validate(
        {"backend": "llvmpipe", "animated": animated, "still": still(), "timings": {"total_ms": 12.5}}
    )


async def work(session: WriteSession, **fields: Any) -> str:
    author = await make_user(session)
    return (await make_shader(session, author=author, rendered=False, **fields)).id


async def row(session: WriteSession, shader_id: str) -> Render:
    statement = select(Render).where(col(Render.shader_id) == shader_id).execution_options(populate_existing=True)
    return (await session.scalars(statement)).one()


async def claimed(session: WriteSession, shader_id: str) -> RenderJob:
    job = await service.claim_still(session, shader_id, 1)
    assert job is not None
    return job


async def let_lapse(session: WriteSession, shader_id: str) -> None:
    past = utc_now() - timedelta(seconds=1)
    await session.execute(update(Render).where(col(Render.shader_id) == shader_id).values(lease_until=past))


async def previews_asked(session: WriteSession) -> list[dict[str, Any]]:
    messages = await session.scalars(select(OutboxMessage).where(col(OutboxMessage.actor) == RENDER_PREVIEW.name))
    return [message.payload for message in messages]


class TestClaim:
    async def test_a_claim_brings_what_a_renderer_needs(self, session: WriteSession) -> None:
        shader_id = await work(session, source="void main(){}", still_time=2.5)
        job = await claimed(session, shader_id)
        assert (job.source, job.dialect, job.still_time, job.attempt) == ("void main(){}", "shadertoy", 2.5, 1)
        assert job.id == f"{shader_id}.1.still.1"
        assert (await row(session, shader_id)).status == RenderStatus.RENDERING

    async def test_a_claimed_job_is_not_claimed_again(self, session: WriteSession) -> None:
        shader_id = await work(session)
        await claimed(session, shader_id)
        assert await service.claim_still(session, shader_id, 1) is None

    async def test_a_lapsed_claim_may_be_claimed(self, session: WriteSession) -> None:
        shader_id = await work(session)
        await claimed(session, shader_id)
        await let_lapse(session, shader_id)
        assert (await claimed(session, shader_id)).attempt == 2

    async def test_nothing_is_claimed_that_does_not_exist_or_is_deleted(self, session: WriteSession) -> None:
        assert await service.claim_still(session, "nothing", 1) is None
        shader_id = await work(session, deleted_at=utc_now())
        assert await service.claim_still(session, shader_id, 1) is None

    async def test_a_preview_is_claimed_only_after_its_still(self, session: WriteSession) -> None:
        shader_id = await work(session)
        assert await service.claim_preview(session, shader_id, 1) is None
        await service.finish_ready(session, await claimed(session, shader_id), STILL, answer())
        job = await service.claim_preview(session, shader_id, 1)
        assert job is not None
        assert job.kind is RENDER_PREVIEW
        assert await service.claim_preview(session, shader_id, 1) is None

    async def test_of_many_claims_at_once_one_wins(self, database: Database) -> None:
        async with database.write() as session:
            shader_id = await work(session)

        async def one() -> RenderJob | None:
            async with database.write() as session:
                return await service.claim_still(session, shader_id, 1)

        won = [job for job in await asyncio.gather(*(one() for _ in range(10))) if job is not None]
        assert len(won) == 1

    async def test_a_job_that_kills_whoever_draws_it_ends(self, session: WriteSession) -> None:
        shader_id = await work(session)
        for attempt in range(1, service.MAX_ATTEMPTS + 1):
            assert (await claimed(session, shader_id)).attempt == attempt
            await let_lapse(session, shader_id)
        assert await service.claim_still(session, shader_id, 1) is None
        render = await row(session, shader_id)
        assert (render.status, render.failure_code) == (RenderStatus.FAILED, "gave_up")
        assert (render.preview_status, render.preview_reason) == (PreviewStatus.SKIPPED, "failed")

    async def test_a_preview_that_kills_whoever_draws_it_is_skipped(self, session: WriteSession) -> None:
        shader_id = await work(session)
        await service.finish_ready(session, await claimed(session, shader_id), STILL, answer())
        for _ in range(service.MAX_ATTEMPTS):
            assert await service.claim_preview(session, shader_id, 1) is not None
            await let_lapse(session, shader_id)
        assert await service.claim_preview(session, shader_id, 1) is None
        render = await row(session, shader_id)
        assert (render.status, render.preview_status) == (RenderStatus.READY, PreviewStatus.SKIPPED)
        assert render.preview_reason == "gave_up"


class TestFinish:
    async def test_ready_records_the_picture_lists_the_work_and_asks_for_the_preview(
        self, session: WriteSession
    ) -> None:
        shader_id = await work(session)
        assert await service.finish_ready(session, await claimed(session, shader_id), STILL, answer())
        render = await row(session, shader_id)
        assert (render.status, render.still_name, render.average_color) == ("ready", STILL, "#224466")
        assert (render.backend, render.timings, render.lease_until) == ("llvmpipe", {"total_ms": 12.5}, None)
        assert render.ready_at is not None
        shader = await session.get_one(Shader, shader_id, populate_existing=True)
        assert (shader.listed, shader.still_name, shader.rendered_version) == (True, STILL, 1)
        assert await previews_asked(session) == [{"shader_id": shader_id, "version": 1}]

    async def test_a_static_work_gets_no_preview(self, session: WriteSession) -> None:
        shader_id = await work(session)
        await service.finish_ready(session, await claimed(session, shader_id), STILL, answer(animated=False))
        render = await row(session, shader_id)
        assert (render.preview_status, render.preview_reason) == ("skipped", "static")
        assert await previews_asked(session) == []

    async def test_the_first_outcome_counts(self, session: WriteSession) -> None:
        shader_id = await work(session)
        first = await claimed(session, shader_id)
        await let_lapse(session, shader_id)
        second = await claimed(session, shader_id)
        assert await service.finish_ready(session, second, STILL, answer())
        ready_at = (await row(session, shader_id)).ready_at
        assert not await service.finish_ready(session, first, STILL, answer())
        assert not await service.finish_failed(session, first, "still_timeout", [])
        render = await row(session, shader_id)
        assert (render.status, render.ready_at) == ("ready", ready_at)
        assert len(await previews_asked(session)) == 1

    async def test_a_failure_says_why(self, session: WriteSession) -> None:
        shader_id = await work(session)
        errors = [SourceError(line=3, token="colr", message="undeclared identifier")]
        assert await service.finish_failed(session, await claimed(session, shader_id), "compile_failed", errors)
        render = await row(session, shader_id)
        assert (render.status, render.failure_code, render.preview_reason) == ("failed", "compile_failed", "failed")
        assert render.errors == [{"line": 3, "column": None, "token": "colr", "message": "undeclared identifier"}]
        assert not (await session.get_one(Shader, shader_id, populate_existing=True)).listed

    async def test_a_result_for_a_work_deleted_meanwhile_is_dropped(self, session: WriteSession) -> None:
        shader_id = await work(session)
        job = await claimed(session, shader_id)
        await session.execute(update(Shader).where(col(Shader.id) == shader_id).values(deleted_at=utc_now()))
        assert not await service.finish_ready(session, job, STILL, answer())
        assert not await service.finish_failed(session, job, "compile_failed", [])
        assert not await service.give_back(session, job, used=True)
        assert (await row(session, shader_id)).status == RenderStatus.RENDERING

    async def test_a_still_of_a_time_that_its_author_gave_up_meanwhile_is_dropped(self, session: WriteSession) -> None:
        shader_id = await work(session)
        job = await claimed(session, shader_id)
        await session.execute(update(Shader).where(col(Shader.id) == shader_id).values(still_time=3.0))
        assert not await service.finish_ready(session, job, STILL, answer())
        assert (await row(session, shader_id)).still_name is None

    async def test_a_preview_is_recorded_and_shown_in_lists(self, session: WriteSession) -> None:
        shader_id = await work(session)
        await service.finish_ready(session, await claimed(session, shader_id), STILL, answer())
        job = await service.claim_preview(session, shader_id, 1)
        assert job is not None
        assert await service.finish_preview(session, job, PREVIEW)
        assert not await service.skip_preview(session, job, "budget")
        assert (await row(session, shader_id)).preview_status == PreviewStatus.READY
        assert (await session.get_one(Shader, shader_id, populate_existing=True)).preview_name == PREVIEW

    async def test_a_preview_may_be_skipped(self, session: WriteSession) -> None:
        shader_id = await work(session)
        await service.finish_ready(session, await claimed(session, shader_id), STILL, answer())
        job = await service.claim_preview(session, shader_id, 1)
        assert job is not None
        assert await service.skip_preview(session, job, "budget")
        render = await row(session, shader_id)
        assert (render.preview_status, render.preview_reason, render.animated) == ("skipped", "budget", True)

    async def test_a_preview_that_would_not_move_tells_that_the_work_does_not(self, session: WriteSession) -> None:
        shader_id = await work(session)
        await service.finish_ready(session, await claimed(session, shader_id), STILL, answer())
        job = await service.claim_preview(session, shader_id, 1)
        assert job is not None
        assert await service.skip_preview(session, job, "static")
        assert (await row(session, shader_id)).animated is False
        assert (await session.get_one(Shader, shader_id, populate_existing=True)).animated is False


class TestGiveBack:
    async def test_a_busy_renderer_costs_no_attempt(self, session: WriteSession) -> None:
        shader_id = await work(session)
        for _ in range(10):
            assert await service.give_back(session, await claimed(session, shader_id), used=False)
        assert (await row(session, shader_id)).attempts == 0

    async def test_a_lost_renderer_costs_one_and_the_last_ends_the_job(self, session: WriteSession) -> None:
        shader_id = await work(session)
        for _ in range(service.MAX_ATTEMPTS - 1):
            assert await service.give_back(session, await claimed(session, shader_id), used=True)
        assert not await service.give_back(session, await claimed(session, shader_id), used=True)
        assert (await row(session, shader_id)).failure_code == "gave_up"

    async def test_a_lapsed_claim_gives_nothing_back(self, session: WriteSession) -> None:
        shader_id = await work(session)
        first = await claimed(session, shader_id)
        await let_lapse(session, shader_id)
        second = await claimed(session, shader_id)
        assert not await service.give_back(session, first, used=True)
        assert not await service.extend(session, first)
        assert await service.extend(session, second)


@pytest.mark.parametrize("act", ["claim", "fail", "give back"])
async def test_each_change_is_told_to_those_who_listen(database: Database, act: str) -> None:
    async with database.write() as session:
        shader_id = await work(session)
    heard: asyncio.Queue[str] = asyncio.Queue()
    async with database.engine.connect() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        await raw.add_listener(topics.CHANNEL, lambda *notice: heard.put_nowait(notice[3]))
        async with database.write() as session:
            job = await claimed(session, shader_id)
        assert await asyncio.wait_for(heard.get(), 5) == service.topic_of(shader_id)
        if act != "claim":
            async with database.write() as session:
                if act == "fail":
                    await service.finish_failed(session, job, "memory_limit", [])
                else:
                    await service.give_back(session, job, used=False)
            assert await asyncio.wait_for(heard.get(), 5) == service.topic_of(shader_id)
        await connection.invalidate()
