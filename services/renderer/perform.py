"""Jobs on slots: `perform` compiles, or draws what was asked for.

A kept still is drawn several times, each time from another point of its pixels (services/renderer/kept.py), and given
up when there is anything else to draw.
"""

import time
from functools import partial

from services.contracts.renderer import CompileRequest, KeptOptions, StillOptions
from services.renderer import kept
from services.renderer.drawing import Drawing
from services.renderer.errors import CompileFailedError, MemoryLimitError, RendererSlowError, TimeLimitError
from services.renderer.job import Job
from services.renderer.limits import Limit
from services.renderer.page_server import Pixels
from services.renderer.rendering import PLAY_SHARE, Attempt, Budget, milliseconds
from services.renderer.settings import RendererSettings
from services.renderer.slot import Slot
from services.renderer.wire import COMPILE, STILL, CompileReply, SourceCommand, StillCommand


async def perform(job: Job, slot: Slot, settings: RendererSettings) -> CompileReply | Drawing:
    """Carry out `job` on `slot`; raises what `errors` has, and `LostError`."""
    if isinstance(job.request, CompileRequest):
        command = SourceCommand(source=job.request.source, dialect=job.request.dialect)
        limit = Limit("compile", settings.compile_seconds, 2 * settings.compile_seconds, slot.cores(1))
        return await slot.step(COMPILE, command, limit)
    kind = Attempt if job.request.kept is None else KeptAttempt
    return await kind(job, job.request, slot, settings).run()


class KeptAttempt(Attempt):
    """Draws a kept still."""

    async def _run(self) -> Drawing:
        options = self._request.kept
        assert options is not None  # noqa: S101 -- `perform` has looked
        try:
            await self._open(_frame(options.width))
        except CompileFailedError:
            # Its quick still was drawn, so the fault is the macro by which the places of samples are given.
            self._sampled = False
            await self._open(_frame(options.width))
        await self._kept(options)
        return self._drawing

    @property
    def _one_sample(self) -> bool:
        """Whether it is drawn as the quick still is: once, and as small."""
        return self._feedback or not self._sampled

    async def _kept(self, options: KeptOptions) -> None:
        """As many samples as the budget allows, in the large size if that allows one, else in the small one.

        The first small one tells what a pixel costs. A shader that builds on its last frame gets its small still only:
        what it draws depends on how many pixels it has. So does one that cannot be told of samples.
        """
        started = time.perf_counter()
        budget = Budget(self._settings.kept_seconds)
        small = _frame(options.least_width)
        samples = [await self._draw_sample(small, options, kept.SAMPLES[0], budget)]
        cost, more = self._slot.cost, (options.width / options.least_width) ** 2
        if self._one_sample:
            pass
        elif kept.fits(cost * more, budget.left):
            samples = await self._more_samples(_frame(options.width), options, budget, cost * more) or samples
        else:
            samples += await self._more_samples(small, options, budget, cost, len(samples))
        self._drawing.samples = samples
        self._drawing.timings["kept_ms"] = milliseconds(started)

    async def _more_samples(
        self, size: StillOptions, options: KeptOptions, budget: Budget, cost: float, drawn: int = 0
    ) -> list[Pixels]:
        """Samples until there are all, or the next one is likely to be over a limit, or one was."""
        samples: list[Pixels] = []
        for sample in kept.SAMPLES[drawn:]:
            if not kept.fits(cost, budget.left):
                break
            try:
                samples.append(await self._draw_sample(size, options, sample, budget))
            except (TimeLimitError, MemoryLimitError, RendererSlowError):
                break
            cost = self._slot.cost
        return samples

    async def _draw_sample(
        self, size: StillOptions, options: KeptOptions, sample: tuple[float, float], budget: Budget
    ) -> Pixels:
        self._check()
        limit = self._limit(budget.left, "still", given_up=self._job.outranked)
        command = partial(
            StillCommand,
            width=size.width,
            height=size.height,
            time=options.time,
            limit=limit.page_seconds,
            share=PLAY_SHARE,
            sample=[0.0, 0.0] if self._one_sample else list(sample),
            grid=options.least_width,
        )
        reply, coming = await self._slot.draw(STILL, lambda delivery: command(delivery=delivery), limit)
        return await self._pixels(reply, coming, budget)


def _frame(width: int) -> StillOptions:
    """A frame of 16:9."""
    return StillOptions(width=width, height=width * 9 // 16)
