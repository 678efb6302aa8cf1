"""Notices of changed renders, for those who watch a work: one LISTEN per process, handed on to every watcher.

A watcher first subscribes, then reads the state, then waits; so no change is missed. A notice only says that
something changed. `wait` also returns when the connection to the server was made anew, as notices may be lost then.
When the watchers are closed (the process stops) every `wait` returns at once and `closing` is true.

A process carries at most `MOST_WATCHERS`, and `MOST_PER_CLIENT` for one client.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from services.core.kit.database import Database
from services.core.kit.errors import RateLimitedError, UnavailableError
from services.core.kit.listener import listen
from services.core.renders.service import RENDER_CHANNEL

MOST_WATCHERS = 500
MOST_PER_CLIENT = 20


class Subscription:
    """One watcher of one work."""

    def __init__(self, notices: "RenderNotices") -> None:
        self._notices = notices
        self._changed = asyncio.Event()

    @property
    def closing(self) -> bool:
        """Whether the process stops and the watcher should end."""
        return self._notices.closing

    async def wait(self, seconds: float) -> bool:
        """Wait for a change; False when there was none within `seconds`."""
        if self.closing:
            return True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), seconds)
        changed = self._changed.is_set()
        self._changed.clear()
        return changed

    def wake(self) -> None:
        """End the present wait, or the next."""
        self._changed.set()


class RenderNotices:
    """All watchers of this process; for one event loop. It connects when the first watcher comes."""

    def __init__(self, database: Database) -> None:
        self.closing = False
        self._database = database
        self._watchers: defaultdict[str, set[Subscription]] = defaultdict(set)
        self._clients: Counter[str] = Counter()
        self._listening: asyncio.Task[None] | None = None

    @property
    def count(self) -> int:
        """How many watch at the moment."""
        return self._clients.total()

    def check_room(self, client: str) -> None:
        """Raise `RateLimitedError` or `UnavailableError` when there is no room for one more of `client`'s."""
        if self._clients[client] >= MOST_PER_CLIENT:
            raise RateLimitedError(10, f"At most {MOST_PER_CLIENT} event streams may be open at once")
        if self.closing or self.count >= MOST_WATCHERS:
            raise UnavailableError("There are too many event streams at the moment; ask for the state instead", 10)

    @contextmanager
    def subscribe(self, shader_id: str, client: str) -> Iterator[Subscription]:
        """Watch one work until the block ends; `client` is who is counted for it."""
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(
                listen(self._database, RENDER_CHANNEL, self._noticed, self._connected), name="render notices"
            )
        subscription = Subscription(self)
        self._watchers[shader_id].add(subscription)
        self._clients[client] += 1
        try:
            yield subscription
        finally:
            self._clients -= Counter([client])
            self._watchers[shader_id].discard(subscription)
            if not self._watchers[shader_id]:
                del self._watchers[shader_id]

    def close(self) -> None:
        """Tell every watcher to end; later ones end at once."""
        self.closing = True
        self._connected()

    async def aclose(self) -> None:
        """Close the watchers and the connection."""
        self.close()
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening

    def _noticed(self, shader_id: str) -> None:
        for watcher in self._watchers.get(shader_id, ()):
            watcher.wake()

    def _connected(self) -> None:
        for watchers in self._watchers.values():
            for watcher in watchers:
                watcher.wake()
