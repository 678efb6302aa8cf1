"""The render actors against a renderer that obeys: what each of its answers leads to."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from dramatiq.message import Message
from sqlalchemy import select, update
from sqlmodel import col

from services.core.kit.database import Database
from services.core.kit.errors import UnavailableError
from services.core.kit.settings import StorageSettings
from services.core.kit.storage import ObjectStore, copy_name
from services.core.kit.tables import utc_now
from services.core.renders.errors import RendererBusyError
from services.core.renders.queue import Turn
from services.core.renders.service import MAX_ATTEMPTS
from services.core.shaders.models import Render, Shader
from services.worker.actors.renders import count_flashes, keep_still, render
from services.worker.broker import JobBroker
from services.worker.retries import TryLaterError
from services.worker.runtime import Runtime
from tests.factories import make_shader, make_user
from tests.fixtures.fake_renderer import FakeRenderer, jpeg, problem, webp
from tests.fixtures.worker import eventually


async def publish(database: Database, **fields: Any) -> str:
    async with database.write() as session:
        author = await make_user(session)
        return (await make_shader(session, author=author, rendered=False, **fields)).id


async def long_ago(database: Database) -> None:
    """Let the last change of every render be long ago."""
    async with database.write() as session:
        await session.execute(update(Render).values(updated_at=utc_now() - timedelta(minutes=1)))


async def row(database: Database, shader_id: str) -> Render:
    async with database.read() as session:
        return (await session.scalars(select(Render).where(col(Render.shader_id) == shader_id))).one()


async def test_a_still_is_drawn_stored_and_recorded(runtime: Runtime, fake_renderer: FakeRenderer) -> None:
    shader_id = await publish(runtime.database, source="void main(){}", still_time=3.0)
    await render(runtime, shader_id, 1)
    found = await row(runtime.database, shader_id)
    assert (found.status, found.preview_status, found.preview_reason) == ("ready", "skipped", "static")
    assert found.still_name is not None
    assert await runtime.store.get(found.still_name) == webp(640, 360)
    (call,) = fake_renderer.calls
    assert (call["source"], call["still"]["time"], call["preview"]) == ("void main(){}", 3.0, None)
    assert call["job_id"] == f"{shader_id}.1.still.1"


async def test_an_animated_work_gets_its_preview_after_its_still(runtime: Runtime, fake_renderer: FakeRenderer) -> None:
    fake_renderer.animated = True
    shader_id = await publish(runtime.database)
    for _ in range(3):
        await render(runtime, shader_id, 1)
    found = await row(runtime.database, shader_id)
    assert (found.status, found.preview_status) == ("ready", "ready")
    assert [(bool(call["still"]), bool(call["preview"])) for call in fake_renderer.calls] == [
        (True, False),
        (False, True),
    ]


async def test_a_loop_comes_with_its_flashes(runtime: Runtime, fake_renderer: FakeRenderer) -> None:
    fake_renderer.animated, fake_renderer.flashes = True, 7
    shader_id = await publish(runtime.database)
    for _ in range(2):
        await render(runtime, shader_id, 1)
    assert (await row(runtime.database, shader_id)).flash_count == 7


async def unmeasured(runtime: Runtime, fake_renderer: FakeRenderer) -> str:
    """A version that has its loop and no count."""
    fake_renderer.animated, fake_renderer.flashes = True, None
    shader_id = await publish(runtime.database)
    for _ in range(2):
        await render(runtime, shader_id, 1)
    fake_renderer.flashes = 5
    return shader_id


@pytest.mark.parametrize(
    ("behaviours", "counts"),
    [
        (["ok"], [5, 5]),
        (["busy"], [None, 5]),
        (["lost"], [None, 5]),
        ([problem(408, "preview_timeout")], [None, 5]),
    ],
    ids=["counted", "busy", "lost", "too slow"],
)
async def test_flashes_are_counted_alone(
    runtime: Runtime, fake_renderer: FakeRenderer, behaviours: list[Any], counts: list[int | None]
) -> None:
    """What fails is left for the task that looks for it; what was counted is not asked for again."""
    shader_id = await unmeasured(runtime, fake_renderer)
    calls = len(fake_renderer.calls)
    fake_renderer.script.extend(behaviours)
    for count in counts:
        await count_flashes(runtime, shader_id, 1)
        assert (await row(runtime.database, shader_id)).flash_count == count
    call = fake_renderer.calls[calls]
    assert (call["flashes"], call["still"], call["preview"]) == (True, None, None)
    assert len(fake_renderer.calls) == calls + (1 if counts[0] else 2)


async def test_a_count_that_a_renderer_is_too_slow_for_costs_an_attempt_and_lasts_longer(
    runtime: Runtime, fake_renderer: FakeRenderer
) -> None:
    shader_id = await unmeasured(runtime, fake_renderer)
    fake_renderer.script.extend([problem(503, "renderer_slow"), problem(429, "queue_full")])
    left = []
    for attempts in (1, 2):
        async with runtime.database.write() as session:
            await session.execute(update(Render).values(flash_attempts=attempts))
        await count_flashes(runtime, shader_id, 1)
        left.append((await row(runtime.database, shader_id)).flash_attempts)
    assert left == [1, 1], "what nobody had time for costs none"
    assert [call["tries"] for call in fake_renderer.calls[-2:]] == [0, 1]


async def test_a_message_that_comes_again_draws_nothing(runtime: Runtime, fake_renderer: FakeRenderer) -> None:
    shader_id = await publish(runtime.database)
    for _ in range(3):
        await render(runtime, shader_id, 1)
    assert len(fake_renderer.calls) == 1


async def test_messages_that_come_at_once_draw_once(runtime: Runtime, fake_renderer: FakeRenderer) -> None:
    shader_id = await publish(runtime.database)
    fake_renderer.hold.clear()
    messages = [asyncio.create_task(render(runtime, shader_id, 1)) for _ in range(5)]
    await eventually(lambda: sum(message.done() for message in messages) == 4)
    fake_renderer.hold.set()
    outcomes = await asyncio.gather(*messages, return_exceptions=True)
    assert sum(isinstance(outcome, TryLaterError) for outcome in outcomes) == 4
    assert len(fake_renderer.calls) == 1


async def test_messages_that_nothing_is_left_for_go_and_others_stay(
    runtime: Runtime, broker: JobBroker, fake_renderer: FakeRenderer
) -> None:
    """What another holds is free again when it dies, so a message stays, unless there are far more than jobs."""
    shader_id = await publish(runtime.database)
    await render(runtime, "gone", 1)
    assert len(fake_renderer.calls) == 1, "a message is for whatever is next"
    shader_id = await publish(runtime.database)
    fake_renderer.hold.clear()
    drawing = asyncio.create_task(render(runtime, shader_id, 1))
    await eventually(lambda: fake_renderer.drawing == 1)
    with pytest.raises(TryLaterError):
        await render(runtime, "gone", 1)
    for number in range(10):
        broker.enqueue(Message("render", "render.still", (), {"number": number}, {}))
    await render(runtime, "gone", 1)
    fake_renderer.hold.set()
    await drawing


async def test_no_more_is_under_way_than_the_renderers_have_room_for(
    runtime: Runtime, fake_renderer: FakeRenderer
) -> None:
    fake_renderer.slots = 2
    for _ in range(8):
        await publish(runtime.database)
    fake_renderer.hold.clear()
    messages = [asyncio.create_task(render(runtime, "any", 1)) for _ in range(8)]
    await eventually(lambda: fake_renderer.drawing == 3)
    await asyncio.sleep(0.5)
    assert len(fake_renderer.calls) == 3
    runtime.turns.stop()
    fake_renderer.hold.set()
    outcomes = await asyncio.gather(*messages, return_exceptions=True)
    assert sum(isinstance(outcome, RendererBusyError) for outcome in outcomes) == 5


async def test_a_still_is_kept_in_all_its_sizes(runtime: Runtime, fake_renderer: FakeRenderer) -> None:
    shader_id = await publish(runtime.database)
    await keep_still(runtime, shader_id, 1)
    assert fake_renderer.calls == [], "there is no still yet"
    await render(runtime, shader_id, 1)
    for _ in range(2):
        await keep_still(runtime, shader_id, 1)
    assert len(fake_renderer.calls) == 2, "once"
    assert (fake_renderer.calls[1]["kept"]["time"], fake_renderer.calls[1]["still"]) == (1.0, None)
    found = await row(runtime.database, shader_id)
    assert (found.kept_status, found.kept_width) == ("ready", 1280)
    assert found.kept_name is not None
    sizes = {"640": webp(640, 360), "320": webp(320, 180)}
    assert await runtime.store.get(found.kept_name) == webp(1280, 720)
    for word, data in sizes.items():
        assert await runtime.store.get(copy_name(found.kept_name, word, "webp")) == data
    assert await runtime.store.get(copy_name(found.kept_name, "share", "jpg")) == jpeg(1200, 630)


@pytest.mark.parametrize(
    ("behaviour", "status", "attempts"), [("busy", "pending", 0), ("lost", "pending", 1), ("too much", "skipped", 1)]
)
async def test_a_still_that_is_not_kept_now_is_no_error(
    runtime: Runtime, fake_renderer: FakeRenderer, behaviour: str, status: str, attempts: int
) -> None:
    shader_id = await publish(runtime.database)
    await render(runtime, shader_id, 1)
    fake_renderer.script.append(problem(408, "still_timeout") if behaviour == "too much" else behaviour)
    await keep_still(runtime, shader_id, 1)
    found = await row(runtime.database, shader_id)
    assert (found.status, found.kept_status, found.kept_attempts) == ("ready", status, attempts)


async def test_compile_errors_reach_the_author(runtime: Runtime, fake_renderer: FakeRenderer) -> None:
    shader_id = await publish(runtime.database)
    fake_renderer.script.append(problem(422, "compile_failed", [{"line": 2, "message": "no such function"}]))
    await render(runtime, shader_id, 1)
    found = await row(runtime.database, shader_id)
    assert (found.status, found.failure_code) == ("failed", "compile_failed")
    assert [error["line"] for error in found.errors] == [2]


async def test_a_limit_is_a_failure_with_its_code(runtime: Runtime, fake_renderer: FakeRenderer) -> None:
    shader_id = await publish(runtime.database)
    fake_renderer.script.append(problem(408, "still_timeout"))
    await render(runtime, shader_id, 1)
    assert (await row(runtime.database, shader_id)).failure_code == "still_timeout"


async def test_a_busy_renderer_costs_no_attempt(
    runtime: Runtime, fake_renderer: FakeRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.worker.actors.renders.WAIT_SECONDS", 0.1)
    shader_id = await publish(runtime.database)
    fake_renderer.default = "busy"
    for _ in range(4):
        with pytest.raises(TryLaterError):
            await render(runtime, shader_id, 1)
    found = await row(runtime.database, shader_id)
    assert (found.status, found.attempts) == ("pending", 0)
    fake_renderer.default = "ok"
    await render(runtime, shader_id, 1)
    assert (await row(runtime.database, shader_id)).status == "ready"


@pytest.mark.parametrize("behaviour", ["lost", "cut", "garbage"])
async def test_a_source_that_takes_every_renderer_with_it_is_given_up(
    runtime: Runtime, fake_renderer: FakeRenderer, behaviour: str
) -> None:
    shader_id = await publish(runtime.database)
    fake_renderer.default = behaviour
    for _ in range(MAX_ATTEMPTS - 1):
        with pytest.raises(TryLaterError):
            await render(runtime, shader_id, 1)
        with pytest.raises(TryLaterError):
            await render(runtime, shader_id, 1)  # It waits a while before it is tried again.
        await long_ago(runtime.database)
    await render(runtime, shader_id, 1)
    await render(runtime, shader_id, 1)
    found = await row(runtime.database, shader_id)
    assert (found.status, found.failure_code) == ("failed", "gave_up")
    assert len(fake_renderer.calls) == MAX_ATTEMPTS


async def test_what_renderers_are_too_slow_for_is_tried_a_few_times_for_longer_and_charged(
    runtime: Runtime, fake_renderer: FakeRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine that stays busy it must not go round for ever, nor cost its account nothing."""
    shader_id = await publish(runtime.database)
    fake_renderer.default = problem(503, "renderer_slow", retry_after=5)
    turns: list[Turn] = []
    take = runtime.turns.next

    @contextlib.asynccontextmanager
    async def noted() -> AsyncIterator[Turn | None]:
        async with take() as turn:
            turns.extend([turn] if turn else [])
            yield turn

    monkeypatch.setattr(runtime.turns, "next", noted)
    for _ in range(MAX_ATTEMPTS - 1):
        with pytest.raises(TryLaterError):
            await render(runtime, shader_id, 1)
        await long_ago(runtime.database)
    await render(runtime, shader_id, 1)
    found = await row(runtime.database, shader_id)
    assert (found.status, found.failure_code) == ("failed", "gave_up")
    assert [call["tries"] for call in fake_renderer.calls] == [*range(MAX_ATTEMPTS)]
    assert [turn.seconds is not None for turn in turns] == [True] * MAX_ATTEMPTS


async def test_a_kept_still_that_a_renderer_is_too_slow_for_costs_an_attempt(
    runtime: Runtime, fake_renderer: FakeRenderer
) -> None:
    shader_id = await publish(runtime.database)
    await render(runtime, shader_id, 1)
    fake_renderer.script.append(problem(503, "renderer_slow"))
    for expected in (("pending", 1), ("ready", 2)):
        await keep_still(runtime, shader_id, 1)
        found = await row(runtime.database, shader_id)
        assert (found.kept_status, found.kept_attempts) == expected
    assert [call["tries"] for call in fake_renderer.calls] == [0, 0, 1]


async def test_a_store_that_is_away_costs_no_attempt(runtime: Runtime, tmp_path: Path) -> None:
    shader_id = await publish(runtime.database)
    away = ObjectStore(StorageSettings(url=f"file://{tmp_path}/away"))
    (tmp_path / "away").rmdir()
    (tmp_path / "away").write_text("a file where the folder should be")
    with pytest.raises(UnavailableError):
        await render(dataclasses.replace(runtime, store=away), shader_id, 1)
    found = await row(runtime.database, shader_id)
    assert (found.status, found.attempts) == ("pending", 0)
    await render(runtime, shader_id, 1)
    assert (await row(runtime.database, shader_id)).status == "ready"


async def test_an_unexpected_error_costs_an_attempt_and_is_not_hidden(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    shader_id = await publish(runtime.database)

    async def broken(*_: Any) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(ObjectStore, "put", broken)
    with pytest.raises(ZeroDivisionError):
        await render(runtime, shader_id, 1)
    found = await row(runtime.database, shader_id)
    assert (found.status, found.attempts) == ("pending", 1)


async def test_a_picture_of_a_work_deleted_meanwhile_is_dropped(runtime: Runtime, fake_renderer: FakeRenderer) -> None:
    shader_id = await publish(runtime.database)
    fake_renderer.hold.clear()
    drawing = asyncio.create_task(render(runtime, shader_id, 1))
    await eventually(lambda: fake_renderer.drawing == 1)
    async with runtime.database.write() as session:
        await session.execute(update(Shader).where(col(Shader.id) == shader_id).values(deleted_at=utc_now()))
    fake_renderer.hold.set()
    await drawing
    assert (await row(runtime.database, shader_id)).still_name is None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(problem(408, "preview_timeout"), "preview_timeout"), (problem(422, "compile_failed"), "compile_failed")],
)
async def test_a_preview_that_cannot_be_drawn_leaves_the_still(
    runtime: Runtime, fake_renderer: FakeRenderer, answer: Any, reason: str
) -> None:
    fake_renderer.animated = True
    shader_id = await publish(runtime.database)
    await render(runtime, shader_id, 1)
    fake_renderer.script.append(answer)
    await render(runtime, shader_id, 1)
    found = await row(runtime.database, shader_id)
    assert (found.status, found.preview_status, found.preview_reason) == ("ready", "skipped", reason)
