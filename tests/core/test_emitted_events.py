"""The events of the domains, where they happen and once."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from services.contracts.shaders import Visibility
from services.core.accounts import events as accounts
from services.core.jobs import events
from services.core.jobs.events import Event, Subscription
from services.core.jobs.models import OutboxMessage
from services.core.jobs.outbox import Job
from services.core.kit.database import WriteSession
from services.core.kit.settings import LimitSettings
from services.core.privacy.deletion import delete_account
from services.core.renders import events as renders
from services.core.renders import service
from services.core.shaders import events as shaders
from services.core.shaders import write
from services.core.shaders.schemas import ShaderCreate, ShaderUpdate
from services.core.votes import events as votes
from services.core.votes.schemas import VoteValue
from tests.core.renders.test_service import STILL, answer, claimed, work
from tests.factories import caller_of, make_shader, make_user, vote

HEARD = Job("test.heard", "default")
SOURCE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, 0, 1); }"


@pytest.fixture(autouse=True)
def only_our_subscriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = (accounts.DELETED, renders.READY, renders.FAILED, shaders.PUBLISHED, votes.CHANGED)
    monkeypatch.setattr(events, "_subscriptions", {event.name: (Subscription(event, HEARD),) for event in heard})


async def emitted(session: WriteSession, event: Event) -> list[dict[str, Any]]:
    """The payloads of the events with these members, in their order."""
    rows = await session.scalars(
        select(OutboxMessage).where(col(OutboxMessage.actor) == HEARD.name).order_by(col(OutboxMessage.id))
    )
    return [row.payload for row in rows if set(row.payload) == set(event.members)]


async def test_a_still_that_is_stored_is_ready_once(session: WriteSession) -> None:
    shader_id = await work(session)
    job = await claimed(session, shader_id)
    for _ in range(2):
        await service.finish_ready(session, job, STILL, answer())
    assert await emitted(session, renders.READY) == [{"shader_id": shader_id, "version": 1}]


async def test_a_still_that_cannot_be_drawn_has_failed_once(session: WriteSession) -> None:
    shader_id = await work(session)
    job = await claimed(session, shader_id)
    for _ in range(2):
        await service.finish_failed(session, job, "memory_limit", [])
    assert await emitted(session, renders.FAILED) == [{"shader_id": shader_id, "version": 1, "code": "memory_limit"}]


async def test_a_shader_is_published_the_first_time_that_others_see_it(session: WriteSession) -> None:
    author = await make_user(session)
    caller, limits = caller_of(author), LimitSettings()
    draft = ShaderCreate(title="Tide", source=SOURCE, licence="CC0-1.0", visibility=Visibility.DRAFT)
    shader = await write.create(session, caller, draft, limits)
    assert await emitted(session, shaders.PUBLISHED) == []
    for visibility in (Visibility.PUBLIC, Visibility.PRIVATE, Visibility.UNLISTED):
        await write.change(session, caller, shader.id, ShaderUpdate(visibility=visibility), limits)
    assert await emitted(session, shaders.PUBLISHED) == [{"shader_id": shader.id, "author_id": str(author.id)}]


async def test_a_vote_that_changes_nothing_is_no_event(session: WriteSession) -> None:
    voter = await make_user(session)
    shader = await make_shader(session, author=await make_user(session))
    for value in (VoteValue.NONE, VoteValue.UP, VoteValue.UP, VoteValue.DOWN):
        await vote(session, voter, shader.id, value)
    assert [payload["value"] for payload in await emitted(session, votes.CHANGED)] == [1, -1]


async def test_an_account_that_is_deleted_is_an_event(session: WriteSession) -> None:
    user = await make_user(session)
    await delete_account(session, user.id)
    assert await emitted(session, accounts.DELETED) == [{"user_id": str(user.id)}]
