"""Deliveries of a fake that runs beside a site: in order, and again after 5, 30, 120 ... seconds until they arrive."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import httpx2

from tests.stripe.events import Delivery
from tests.stripe.server import Stripe

_AGAIN = (5, 30, 120, 600, 3_600)


async def by_http(url: str, body: bytes, headers: dict[str, str]) -> int:
    """Send over the network; 0 where nobody answers."""
    try:
        async with httpx2.AsyncClient(trust_env=False, timeout=10) as client:
            return (await client.post(url, content=body, headers=headers)).status_code
    except httpx2.TransportError:
        return 0


class Deliverer:
    """Moves the clock's dues and sends what waits."""

    def __init__(self, fake: Stripe, *, every: float = 0.3) -> None:
        self._fake, self._every = fake, every

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While the block runs."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        while True:
            self._fake.world.tick()
            queue = self._fake.events.queue
            waiting, queue[:] = list(queue), []
            for delivery in waiting:
                await delivery.send(by_http)
                if not delivery.is_done:
                    self._later(delivery)
            await asyncio.sleep(self._every)

    def _later(self, delivery: Delivery) -> None:
        number = len(delivery.statuses) - 1
        if number < len(_AGAIN):
            self._fake.world.later(_AGAIN[number], lambda: self._fake.events.queue.append(delivery))
