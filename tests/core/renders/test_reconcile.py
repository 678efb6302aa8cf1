"""Lost render messages are sent again; those that only wait are not."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlmodel import col

from services.core.jobs.models import OutboxMessage
from services.core.jobs.outbox import enqueue
from services.core.kit.database import WriteSession
from services.core.kit.tables import utc_now
from services.core.renders.jobs import RENDER_STILL
from services.core.renders.reconcile import resend_lost
from services.core.shaders.models import Render
from tests.factories import make_shader, make_user

OLD = utc_now() - timedelta(minutes=5)


async def work(session: WriteSession, *, deleted: bool = False, **render: Any) -> str:
    author = await make_user(session)
    shader = await make_shader(session, author=author, rendered=False, deleted_at=utc_now() if deleted else None)
    values = {"updated_at": OLD, **render}
    await session.execute(update(Render).where(col(Render.shader_id) == shader.id).values(values))
    return shader.id


async def sent(session: WriteSession) -> list[tuple[str, str]]:
    rows = (await session.scalars(select(OutboxMessage).order_by(col(OutboxMessage.id)))).all()
    return [(row.actor, row.payload["shader_id"]) for row in rows]


async def test_a_pending_render_without_any_message_is_sent_once(session: WriteSession) -> None:
    shader_id = await work(session)
    assert await resend_lost(session, in_redis=0) == 1
    assert await resend_lost(session, in_redis=0) == 0
    assert await sent(session) == [("render.still", shader_id)]


async def test_a_render_whose_message_waits_is_left_alone(session: WriteSession) -> None:
    shader_id = await work(session)
    assert await resend_lost(session, in_redis=1) == 0
    await enqueue(session, RENDER_STILL, shader_id=shader_id, version=1)
    assert await resend_lost(session, in_redis=0) == 0


async def test_only_as_many_as_are_missing_are_sent_the_oldest_first(session: WriteSession) -> None:
    await work(session)
    oldest = await work(session, updated_at=OLD - timedelta(minutes=1))
    await work(session)
    assert await resend_lost(session, in_redis=2) == 1
    assert await sent(session) == [("render.still", oldest)]


async def test_what_is_new_or_held_is_left_alone(session: WriteSession) -> None:
    await work(session, updated_at=utc_now())
    await work(session, status="rendering", lease_until=utc_now() + timedelta(seconds=10))
    assert await resend_lost(session, in_redis=0) == 0


async def test_a_lapsed_claim_is_sent_again(session: WriteSession) -> None:
    shader_id = await work(session, status="rendering", lease_until=OLD)
    assert await resend_lost(session, in_redis=0) == 1
    assert await sent(session) == [("render.still", shader_id)]


async def test_an_open_preview_is_sent_as_a_preview(session: WriteSession) -> None:
    shader_id = await work(session, status="ready")
    assert await resend_lost(session, in_redis=0) == 1
    assert await sent(session) == [("render.preview", shader_id)]


async def test_what_is_done_or_deleted_is_left_alone(session: WriteSession) -> None:
    await work(session, status="ready", preview_status="skipped")
    await work(session, status="failed", preview_status="skipped")
    await work(session, deleted=True)
    assert await resend_lost(session, in_redis=0) == 0
