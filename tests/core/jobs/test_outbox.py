"""Jobs are written in the transaction that asks for them."""

from datetime import timedelta

import structlog
from sqlalchemy import func, select
from sqlmodel import col

from services.core.domains import ALL_JOBS
from services.core.jobs.models import OutboxMessage
from services.core.jobs.outbox import enqueue
from services.core.kit.database import WriteSession
from services.core.renders.jobs import RENDER_STILL


async def test_a_job_is_an_outbox_row_with_the_requests_id(session: WriteSession) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        message_id = await enqueue(session, RENDER_STILL, shader_id="x", version=2)
    row = (await session.scalars(select(OutboxMessage))).one()
    assert (row.message_id, row.actor, row.queue) == (message_id, "render.still", "render")
    assert (row.payload, row.request_id) == ({"shader_id": "x", "version": 2}, "r1")


async def test_a_delay_is_counted_by_the_servers_clock(session: WriteSession) -> None:
    await enqueue(session, RENDER_STILL)
    await enqueue(session, RENDER_STILL, delay=timedelta(hours=1))
    due = select(func.count()).select_from(OutboxMessage).where(col(OutboxMessage.run_at) <= func.now())
    assert await session.scalar(due) == 1


def test_job_names_are_different() -> None:
    assert len({job.name for job in ALL_JOBS}) == len(ALL_JOBS)
