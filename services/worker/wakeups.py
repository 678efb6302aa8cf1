"""Wake-ups: how a consumer learns at once that there is a message, instead of at its next poll.

`enqueue` publishes the queue's name in Redis; one thread in each consuming process receives it and sets the event on
which the consumer of that queue sleeps. It is only a hint: consumers poll anyway, so a lost one costs a moment. While
Redis is away the thread tries to connect again every second.
"""

import threading
from collections import defaultdict
from contextlib import suppress

import redis
import structlog

CHANNEL = "dramatiq:wake"
_READ_SECONDS = 1.0

log = structlog.get_logger("wakeups")


class WakeUps:
    """One event per queue. `listen` starts the thread, once; `close` ends it."""

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._events: defaultdict[str, threading.Event] = defaultdict(threading.Event)
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def event(self, queue: str) -> threading.Event:
        """What the consumer of `queue` sleeps on."""
        return self._events[queue]

    def send(self, queue: str) -> None:
        """Wake the consumers of `queue` in all processes; raises what Redis raises."""
        self._events[queue].set()
        self._client.publish(CHANNEL, queue)

    def listen(self) -> None:
        """Start the thread that receives the wake-ups of other processes."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="wake-ups", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """End the thread and wait for it."""
        self._closed.set()
        if self._thread is not None:
            with suppress(redis.RedisError):
                self._client.publish(CHANNEL, "")
            self._thread.join(2 * _READ_SECONDS)

    def _listen(self) -> None:
        while not self._closed.is_set():
            try:
                with self._client.pubsub(ignore_subscribe_messages=True) as subscription:  # type: ignore[no-untyped-call]
                    subscription.subscribe(CHANNEL)
                    self._receive(subscription)
            except (redis.RedisError, OSError) as error:
                log.warning("wake-ups interrupted", error=type(error).__name__)
                self._closed.wait(1)

    def _receive(self, subscription: redis.client.PubSub) -> None:
        while not self._closed.is_set():
            message = subscription.get_message(timeout=_READ_SECONDS)
            if message is not None and message["type"] == "message":
                self._events[message["data"].decode()].set()
