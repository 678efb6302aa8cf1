"""Topics: something changed, told to the requests of all processes that watch it. A topic is `subject:id`.

`publish` sends a topic's name when the transaction commits; `Topics` holds one LISTEN for its process and wakes those
who subscribed to that name. A subscriber first subscribes, then reads the state, then waits; so no change is missed. A
wake-up only says that something changed. `wait` also returns when the connection to the server was made anew, as
notifications may be lost then. When the topics are closed (the process stops) every `wait` returns at once and
`closing` is true.

A process carries at most `MOST_SUBSCRIPTIONS`, and `MOST_PER_CLIENT` for one client.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import func, select

from services.core.kit.database import Database, WriteSession
from services.core.kit.errors import RateLimitedError, UnavailableError
from services.core.kit.listener import listen

CHANNEL = "topics"
MOST_SUBSCRIPTIONS = 500
MOST_PER_CLIENT = 20


async def publish(session: WriteSession, topic: str) -> None:
    """Wake the subscribers of `topic` in all processes when this transaction commits."""
    await session.execute(select(func.pg_notify(CHANNEL, topic)))


class TopicSubscription:
    """One subscriber of one topic."""

    def __init__(self, topics: "Topics") -> None:
        self._topics = topics
        self._changed = asyncio.Event()

    @property
    def closing(self) -> bool:
        """Whether the process stops and the subscriber should end."""
        return self._topics.closing

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


class Topics:
    """All subscriptions of this process; for one event loop. It connects when the first subscriber comes."""

    def __init__(self, database: Database) -> None:
        self.closing = False
        self._database = database
        self._subscriptions: defaultdict[str, set[TopicSubscription]] = defaultdict(set)
        self._clients: Counter[str] = Counter()
        self._listening: asyncio.Task[None] | None = None

    @property
    def count(self) -> int:
        """How many subscriptions there are at the moment."""
        return self._clients.total()

    @contextmanager
    def subscribe(self, topic: str, client: str) -> Iterator[TopicSubscription]:
        """Subscribe until the block ends; `client` is who is counted for it.

        Raises `RateLimitedError` or `UnavailableError` when there is no room for one more of `client`'s.
        """
        self._check_room(client)
        self._listen()
        subscription = TopicSubscription(self)
        self._subscriptions[topic].add(subscription)
        self._clients[client] += 1
        try:
            yield subscription
        finally:
            self._clients -= Counter([client])
            self._subscriptions[topic].discard(subscription)
            if not self._subscriptions[topic]:
                del self._subscriptions[topic]

    def close(self) -> None:
        """Tell every subscriber to end; there is no room for later ones."""
        self.closing = True
        self._wake_all()

    async def aclose(self) -> None:
        """Close the subscriptions and the connection."""
        self.close()
        if self._listening is not None:
            self._listening.cancel()
            with suppress(asyncio.CancelledError):
                await self._listening

    def _check_room(self, client: str) -> None:
        if self._clients[client] >= MOST_PER_CLIENT:
            raise RateLimitedError(10, f"At most {MOST_PER_CLIENT} event streams may be open at once")
        if self.closing or self.count >= MOST_SUBSCRIPTIONS:
            raise UnavailableError("There are too many event streams at the moment; ask for the state instead", 10)

    def _listen(self) -> None:
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(
                listen(self._database, CHANNEL, self._wake, self._wake_all), name="topics"
            )

    def _wake(self, topic: str) -> None:
        for subscription in self._subscriptions.get(topic, ()):
            subscription.wake()

    def _wake_all(self) -> None:
        for subscriptions in self._subscriptions.values():
            for subscription in subscriptions:
                subscription.wake()
