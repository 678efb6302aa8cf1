"""The jobs that wait for a slot: bounded in number and in time, and served in an order that a visitor notices
least.

Validations first (they take milliseconds), then jobs with a still, then sheets, then previews. Somebody waits for a
sheet, so loops, for which nobody does, come after it; but it is a look at what may never be published, so it neither
comes before a published work's still nor takes more than half of the places. A sheet or a preview that has waited for
half of the allowed time goes before everything but validations, so that the others cannot starve it. A kept still is
for who comes later: it is drawn while nothing else is wanted, one at a time, and given up when something comes. A job
whose caller went away leaves the queue at once.

Nobody waits for a refusal: how long a job will wait is known from what each kind has taken lately, and one that would
wait for longer than its caller's patience, or than the queue allows, is refused when it comes.
"""

import asyncio
import heapq
import math
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

from services.renderer import metrics
from services.renderer.errors import DrainingError, QueueFullError, RendererLostError
from services.renderer.job import Job, Priority

_MEAN_WEIGHT = 0.1
_LONGEST_RETRY_AFTER = 60
# What a slot may take beyond a job's deadline to end it: to kill, to notice, to hand over.
_SLACK_SECONDS = 4.0


class JobQueue:
    """Jobs go in by `put` and out by `take`; `close` refuses new ones and fails those that wait."""

    def __init__(self, size: int, seconds: float) -> None:
        """Hold at most `size` jobs, each for at most `seconds`."""
        self._size = size
        self._seconds = seconds
        self._waiting: dict[Priority, deque[Job]] = {priority: deque() for priority in Priority}
        self._arrival = asyncio.Condition()
        self._mean_seconds = 0.3
        # What is known of each kind of job; nothing is refused for a time that was never measured.
        self._means = dict.fromkeys(Priority, 0.0)
        self._running: dict[Job, float] = {}
        self.served = 0
        self.closed = False
        self.workers = 1

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    @property
    def full(self) -> bool:
        """Whether the next job is refused."""
        return len(self) >= self._size

    @property
    def _has_its_sheets(self) -> bool:
        return len(self._waiting[Priority.SHEET]) >= max(1, self._size // 2)

    @property
    def wanted(self) -> int:
        """How many jobs wait that somebody waits for."""
        return len(self) - len(self._waiting[Priority.KEPT])

    def expected_wait(self, priority: Priority) -> float:
        """Seconds until a job of this kind would begin, by what jobs have taken lately."""
        now = time.monotonic()
        slots = [
            max(0.0, self._means[job.priority] - (now - began))
            for job, began in self._running.items()
            if job.priority is not Priority.KEPT or priority is Priority.KEPT
        ]
        slots += [0.0] * (self.workers - len(slots))
        heapq.heapify(slots)
        for ahead in Priority:
            for _ in self._waiting[ahead] if ahead <= priority else ():
                heapq.heapreplace(slots, slots[0] + self._means[ahead])
        return slots[0]

    async def run(self, job: Job) -> Any:
        """Queue `job` and wait for its result, at most until its deadline.

        Raises `QueueFullError`, `DrainingError`, `RendererLostError` or what the job raises.
        """
        if self.closed:
            raise DrainingError
        patience = min(self._seconds, job.patience)
        too_many = self.full or (job.priority is Priority.SHEET and self._has_its_sheets)
        if too_many or self.expected_wait(job.priority) > patience:
            raise self._refusal(job)
        await self._append(job)
        try:
            await asyncio.wait({job.taken, job.result}, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if not job.taken.done() and not job.result.done():
                raise self._refusal(job)
            await self._until_deadline(job)
        finally:
            job.abandoned = True
            self._forget(job)
        return job.result.result()

    async def take(self, seconds: float) -> Job | None:
        """The next job; None when none comes in time or the queue is closed."""
        async with self._arrival:
            try:
                async with asyncio.timeout(seconds):
                    await self._arrival.wait_for(lambda: next(self._in_order(), None) is not None or self.closed)
            except TimeoutError:
                return None
            job = next(self._in_order(), None)
            if job is not None:
                self._waiting[job.priority].remove(job)
                metrics.QUEUE.set(len(self))
                metrics.STAGE.labels("queue").observe(time.monotonic() - job.arrived)
                job.outranked = self._outranks_kept
                job.begin()
                self._running[job] = time.monotonic()
            return job

    async def put_back(self, job: Job) -> None:
        """Let `job` be the next of its kind: its slot was lost."""
        async with self._arrival:
            self._waiting[job.priority].appendleft(job)
            self._arrival.notify_all()

    @property
    def mean_seconds(self) -> float | None:
        """How long jobs occupied a slot lately, None before the first."""
        return self._mean_seconds if self.served else None

    def ended(self, job: Job) -> None:
        """Note how long a job that was taken occupied its slot."""
        seconds = time.monotonic() - self._running.pop(job)
        if job.priority is Priority.KEPT or job.stretched:
            return
        self.served += 1
        known = self._means[job.priority]
        self._means[job.priority] = known + _MEAN_WEIGHT * (seconds - known) if known else seconds
        # The first jobs weigh as in a plain mean, so that the guess at the start does not stay in it.
        self._mean_seconds += max(_MEAN_WEIGHT, 1 / self.served) * (seconds - self._mean_seconds)

    async def close(self) -> None:
        """Refuse what comes and what waits."""
        self.closed = True
        async with self._arrival:
            for waiting in self._waiting.values():
                while waiting:
                    waiting.popleft().fail(DrainingError())
            self._arrival.notify_all()

    def _refusal(self, job: Job) -> QueueFullError:
        return QueueFullError(min(_LONGEST_RETRY_AFTER, max(1, math.ceil(self.expected_wait(job.priority)))))

    async def _until_deadline(self, job: Job) -> None:
        """Wait for a job that was taken; one that lost its slot waits for another no longer than its deadline."""
        await asyncio.wait({job.result}, timeout=max(0.0, job.deadline - time.monotonic()))
        if job not in self._waiting[job.priority]:
            await asyncio.wait({job.result}, timeout=_SLACK_SECONDS)
        job.fail(RendererLostError())

    async def _append(self, job: Job) -> None:
        async with self._arrival:
            self._waiting[job.priority].append(job)
            metrics.QUEUE.set(len(self))
            self._arrival.notify_all()

    def _forget(self, job: Job) -> None:
        if job in self._waiting[job.priority]:
            self._waiting[job.priority].remove(job)
            metrics.QUEUE.set(len(self))

    def _in_order(self) -> Iterator[Job]:
        yield from self._waiting[Priority.COMPILE]
        for behind in (Priority.SHEET, Priority.PREVIEW):
            waiting = self._waiting[behind]
            if waiting and time.monotonic() - waiting[0].arrived > self._seconds / 2:
                yield waiting[0]
        for priority in (Priority.STILL, Priority.SHEET, Priority.PREVIEW):
            yield from self._waiting[priority]
        if not self._running:
            yield from self._waiting[Priority.KEPT]

    def _outranks_kept(self) -> bool:
        """Whether anything but kept stills is drawn or waits."""
        return self.wanted > 0 or any(job.priority is not Priority.KEPT for job in self._running)
