"""A render queue in a real Valkey, filled and emptied by dramatiq itself."""

import dramatiq
from dramatiq.broker import Consumer, MessageProxy
from dramatiq.brokers.redis import RedisBroker

NAME = "render"


class RenderQueue:
    """The queue `render` under a key prefix of its own."""

    def __init__(self, url: str, prefix: str) -> None:
        self.prefix = prefix
        self._broker = RedisBroker(url=url, namespace=prefix, middleware=[])  # type: ignore[no-untyped-call]
        self._broker.declare_queue(NAME)
        self._consumer: Consumer | None = None
        self._fetched: list[MessageProxy] = []

    def add(self, count: int, *, delay_seconds: int | None = None) -> None:
        """Jobs that wait, or, with a delay, that come back later."""
        for _ in range(count):
            message: dramatiq.Message[None] = dramatiq.Message(NAME, "render", (), {}, {})
            self._broker.enqueue(message, delay=delay_seconds * 1000 if delay_seconds else None)

    def fetch(self, count: int) -> None:
        """A worker takes jobs; they are in no list now, and are work all the same."""
        if self._consumer is None:
            self._consumer = self._broker.consume(NAME, prefetch=count, timeout=1000)
        while len(self._fetched) < count:
            message = next(self._consumer)
            if message is not None:
                self._fetched.append(message)

    def finish(self) -> None:
        """The worker has done what it took."""
        while self._fetched and self._consumer is not None:
            self._consumer.ack(self._fetched.pop())

    def clear(self) -> None:
        """Nothing is left to do."""
        self._fetched.clear()
        for key in self._broker.client.scan_iter(f"{self.prefix}:*"):
            self._broker.client.delete(key)

    def close(self) -> None:
        """Close the connections."""
        self._broker.client.close()
