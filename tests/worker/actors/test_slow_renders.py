"""A render that takes long: its claim is extended, and no transaction waits with it."""

import asyncio
from datetime import datetime

import pytest

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.renders.settings import RendererClientSettings
from services.worker.actors import renders as module
from services.worker.actors.renders import render
from services.worker.retries import TryLaterError
from services.worker.runtime import Runtime
from services.worker.settings import WorkerSettings
from tests.fixtures.fake_renderer import FakeRenderer
from tests.fixtures.worker import eventually, quick_worker
from tests.worker.actors.test_renders import publish, row


async def transactions(database: Database) -> set[tuple[int, datetime]]:
    """Those in which nothing is done at the moment, as process and beginning."""
    idle = "SELECT pid, xact_start FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
    return {(found["pid"], found["xact_start"]) for found in await database.rows(idle)}


@pytest.fixture
def worker_settings(settings: ApiSettings, fake_renderer: FakeRenderer) -> WorkerSettings:
    """A claim that holds while the machine stands still for a minute."""
    renderer = RendererClientSettings(url=fake_renderer.url, timeout_seconds=120)
    patient = quick_worker(settings, renderer)
    return patient.model_copy(update={"worker": patient.worker.model_copy(update={"lease_seconds": 120})})


async def test_a_slow_render_keeps_its_claim_and_holds_no_transaction(
    runtime: Runtime, fake_renderer: FakeRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EXTENSIONS", 600)
    shader_id = await publish(runtime.database)
    fake_renderer.hold.clear()
    drawing = asyncio.create_task(render(runtime, shader_id, 1))
    await eventually(lambda: fake_renderer.drawing == 1, within=120)
    open_all_the_time, leases = await transactions(runtime.database), set[datetime | None]()
    while len(leases) < 4:
        with pytest.raises(TryLaterError):
            await render(runtime, shader_id, 1)
        open_all_the_time &= await transactions(runtime.database)
        leases.add((await row(runtime.database, shader_id)).lease_until)
    fake_renderer.hold.set()
    await drawing
    assert open_all_the_time == set()
    assert len(fake_renderer.calls) == 1
    assert (await row(runtime.database, shader_id)).attempts == 1
