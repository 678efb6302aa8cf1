import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from services.contracts.renderer import (
    CompileRequest,
    KeptOptions,
    PreviewOptions,
    RenderRequest,
    SheetOptions,
    StillOptions,
)
from services.renderer.errors import DrainingError, QueueFullError, RendererLostError
from services.renderer.job import Job, Priority
from services.renderer.queue import JobQueue

REQUESTS: dict[Priority, CompileRequest | RenderRequest] = {
    Priority.COMPILE: CompileRequest(source=""),
    Priority.STILL: RenderRequest(job_id="j", source="", still=StillOptions()),
    Priority.SHEET: RenderRequest(job_id="j", source="", sheet=SheetOptions()),
    Priority.PREVIEW: RenderRequest(job_id="j", source="", preview=PreviewOptions()),
    Priority.KEPT: RenderRequest(job_id="j", source="", kept=KeptOptions(time=1.0)),
}


def new_job(priority: Priority = Priority.STILL, seconds: float = 15.0) -> Job:
    """A job that nobody ever does."""
    job = Job(REQUESTS[priority], seconds)
    assert job.priority is priority
    return job


def put(queue: JobQueue, priority: Priority = Priority.STILL, seconds: float = 15.0) -> tuple[Job, asyncio.Task[Any]]:
    job = new_job(priority, seconds)
    return job, asyncio.ensure_future(queue.run(job))


async def test_validations_then_stills_then_sheets_then_previews_then_kept_stills() -> None:
    queue = JobQueue(8, 5.0)
    jobs = [put(queue, priority)[0] for priority in reversed(Priority)]
    await asyncio.sleep(0)
    for job in reversed(jobs):
        assert await queue.take(1.0) is job
        queue.ended(job)


@pytest.mark.parametrize("priority", [Priority.SHEET, Priority.PREVIEW])
async def test_old_sheet_or_preview_goes_before_stills(priority: Priority) -> None:
    queue = JobQueue(8, 0.4)
    old, _ = put(queue, priority)
    await asyncio.sleep(0.25)
    for other in (Priority.STILL, Priority.SHEET):
        put(queue, other)
    await asyncio.sleep(0)
    assert await queue.take(1.0) is old


async def test_sheets_leave_half_of_the_places_to_others() -> None:
    queue = JobQueue(4, 5.0)
    for _ in range(2):
        put(queue, Priority.SHEET)
    await asyncio.sleep(0)
    assert not queue.full
    with pytest.raises(QueueFullError):
        await queue.run(new_job(Priority.SHEET))
    put(queue, Priority.STILL)
    put(queue, Priority.PREVIEW)
    await asyncio.sleep(0)
    assert len(queue) == 4


async def test_lost_job_is_next() -> None:
    queue = JobQueue(8, 5.0)
    first, _ = put(queue)
    second, _ = put(queue)
    await asyncio.sleep(0)
    assert await queue.take(1.0) is first
    await queue.put_back(first)
    assert [await queue.take(1.0) for _ in range(2)] == [first, second]


async def test_lost_job_waits_no_longer_than_its_deadline() -> None:
    queue = JobQueue(8, 5.0)
    job, running = put(queue, seconds=0.2)
    await asyncio.sleep(0)
    assert await queue.take(1.0) is job
    await queue.put_back(job)
    with pytest.raises(RendererLostError):
        await asyncio.wait_for(running, 1.0)
    assert len(queue) == 0
    assert job.abandoned


async def test_bounded_in_number() -> None:
    queue = JobQueue(2, 5.0)
    put(queue)
    put(queue)
    await asyncio.sleep(0)
    assert queue.full
    with pytest.raises(QueueFullError) as refused:
        await queue.run(new_job())
    assert refused.value.headers["Retry-After"] == "1"


async def test_bounded_in_time() -> None:
    queue = JobQueue(2, 0.05)
    with pytest.raises(QueueFullError):
        await queue.run(new_job())
    assert len(queue) == 0


async def test_refused_at_once_when_it_would_begin_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what jobs of each kind have taken; nobody waits to be told so."""
    now = [0.0]
    monkeypatch.setattr("services.renderer.queue.time", SimpleNamespace(monotonic=lambda: now[0]))
    queue = JobQueue(8, 9.0)
    first, _ = put(queue)
    await asyncio.sleep(0)
    assert await queue.take(1.0) is first
    now[0] += 4.0
    queue.ended(first)
    second, _ = put(queue)
    await asyncio.sleep(0)
    assert await queue.take(1.0) is second
    now[0] += 1.0
    assert queue.expected_wait(Priority.STILL) == 3.0
    with pytest.raises(QueueFullError) as refused:
        await queue.run(Job(REQUESTS[Priority.STILL], 15.0, patience=2.0))
    assert refused.value.headers["Retry-After"] == "3"
    third = asyncio.ensure_future(queue.run(Job(REQUESTS[Priority.STILL], 15.0, patience=3.0)))
    await asyncio.sleep(0)
    assert (queue.expected_wait(Priority.STILL), queue.expected_wait(Priority.COMPILE)) == (7.0, 3.0)
    queue.workers = 3
    assert queue.expected_wait(Priority.STILL) == 0.0
    third.cancel()


async def test_taken_job_may_take_longer() -> None:
    queue = JobQueue(2, 0.05)
    job, running = put(queue)
    await asyncio.sleep(0)
    assert await queue.take(1.0) is job
    await asyncio.sleep(0.1)
    assert not running.done()
    job.result.set_result("drawn")
    assert await running == "drawn"


async def test_caller_that_leaves_takes_its_job_along() -> None:
    queue = JobQueue(2, 5.0)
    _, running = put(queue)
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.wait({running})
    assert len(queue) == 0
    assert await queue.take(0.01) is None


async def test_close_fails_what_waits_and_refuses_the_rest() -> None:
    queue = JobQueue(2, 5.0)
    _, running = put(queue)
    waiting = asyncio.ensure_future(JobQueue(1, 1.0).take(0.01))
    await asyncio.sleep(0)
    await queue.close()
    with pytest.raises(DrainingError):
        await running
    with pytest.raises(DrainingError):
        await queue.run(new_job())
    assert await queue.take(5.0) is None
    assert await waiting is None
