"""dramatiq over Redis, with the holes closed that were found in its 2.2.1 by reading and by killing.

`JobBroker` is a `RedisBroker` that differs in this:

- Each consumer has a broker id of its own, and a new one when it starts again after a lost connection. What the old
  one had fetched (and, in dramatiq, what lay in its memory or in an answer that never arrived) then belongs to a dead
  worker and comes back after `heartbeat_ms`. With one id per process it would be held until the process ends.
- Maintenance runs with every command, so that dead workers' messages really come back; by dramatiq's default it
  runs with one command in a thousand.
- A full consumer goes on sending heartbeats.
- `enqueue` wakes the consumers of that queue (wakeups.py); the poll every `POLL_MS` is only the net under that.
  dramatiq polls every second, which is what most of a short job's time would be.
- A message that shall be tried again (`options["retry_in"]`, milliseconds) is put into the delay queue and only
  then acknowledged. In dramatiq a lost connection between the two loses it.
- Errors of Redis reach dramatiq as its own, so that they do not end a consumer thread.
- A message for an actor that this process does not know goes to an actor that raises `UnknownActorError`: it is
  retried, so that a newer worker can take it, and ends as a dead letter.

`heartbeat_ms` is 15 s by default: consumers send one every `POLL_MS` from threads that never wait for a job, so only a
stopped process or machine is silent for so long; and being wrong is harmless, because actors are idempotent.
"""

import copy
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any
from uuid import uuid4

import dramatiq
import redis
import structlog
from dramatiq.broker import Consumer, MessageProxy
from dramatiq.brokers.redis import RedisBroker
from dramatiq.errors import ActorNotFound, ConnectionClosed, DecodeError
from dramatiq.message import Message
from dramatiq.middleware import Middleware
from redis.backoff import NoBackoff
from redis.retry import Retry

from services.worker.wakeups import WakeUps

POLL_MS = 250
RETRY_IN = "retry_in"
NAMESPACE = "dramatiq"

log = structlog.get_logger("broker")


class UnknownActorError(Exception):
    """The message is for an actor that this worker does not have."""


class JobBroker(RedisBroker):
    """The broker of our workers and relays; see the module."""

    def __init__(self, url: str, *, middleware: list[Middleware], heartbeat_ms: int = 15_000) -> None:
        client = queue_client(url)
        super().__init__(  # type: ignore[no-untyped-call]  # dramatiq leaves it without types
            client=client,
            namespace=NAMESPACE,
            middleware=middleware,
            maintenance_chance=1_000_000,
            heartbeat_timeout=heartbeat_ms,
        )
        self.wakeups = WakeUps(client)
        # Set when the process stops: from then on nobody waits for a Redis that is away.
        self.stopping = Event()
        self._unknown = dramatiq.Actor(
            _unknown, broker=self, actor_name="unknown", queue_name="default", priority=0, options={}
        )

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = POLL_MS) -> Consumer:
        """A consumer with a broker id of its own; it fetches no more than dramatiq's threads can take at once."""
        self.wakeups.listen()
        view = copy.copy(self)
        view.broker_id = str(uuid4())
        return QueueConsumer(view, queue_name, max(1, prefetch // 2), timeout / 1000)

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        """Put `message` into its queue, or with `delay` (milliseconds) into the delay queue."""
        with connection_errors():
            sent = super().enqueue(message, delay=delay)
            if delay is None:
                self.wakeups.send(sent.queue_name)
        return sent

    def close(self) -> None:
        """End the thread that listens for wake-ups, and close the connections."""
        self.wakeups.close()
        self.client.close()

    def get_actor(self, actor_name: str) -> dramatiq.Actor[Any, Any]:
        """The actor of that name, or the one that refuses."""
        try:
            return super().get_actor(actor_name)
        except ActorNotFound:
            return self._unknown

    def depth(self, queue_name: str) -> dict[str, int]:
        """How many messages the queue holds: `waiting` (in flight included) and `delayed`."""
        return depth_of(self.client, queue_name)


class FetchedMessage(MessageProxy):
    """A message and the broker under whose id it was fetched, which may be that of an earlier consumer."""

    def __init__(self, message: Message[Any], fetcher: JobBroker) -> None:
        super().__init__(message)
        self.fetcher = fetcher


class QueueConsumer(Consumer):
    """Fetches the messages of one queue under its own broker id; `ack` may be called from any thread."""

    def __init__(self, broker: JobBroker, queue_name: str, prefetch: int, poll_seconds: float) -> None:
        self.broker = broker
        self.queue_name = queue_name
        self.prefetch = prefetch
        self.poll_seconds = poll_seconds
        self._wake = broker.wakeups.event(queue_name)
        self._fetched: deque[bytes | None] = deque()
        self._held: set[str] = set()

    def __next__(self) -> MessageProxy | None:
        """The next message, or None after at most `poll_seconds` without one."""
        if not self._fetched:
            self._wake.clear()
            room = max(0, self.prefetch - len(self._held))
            with connection_errors():
                self._fetched.extend(self.broker.do_fetch(self.queue_name, room))
            if not self._fetched:
                self._wake.wait(self.poll_seconds)
                return None
        return self._decode(self._fetched.popleft())

    def ack(self, message: MessageProxy) -> None:
        """Forget the message; one with `retry_in` is put into the delay queue first."""
        try:
            with connection_errors():
                if (delay := message.options.get(RETRY_IN)) is not None:
                    again = message.copy()
                    again.options.pop(RETRY_IN)
                    self.broker.enqueue(again, delay=delay)
                self._fetcher(message).do_ack(self.queue_name, message.options["redis_message_id"])
        except ConnectionClosed:
            # dramatiq asks again every five seconds, which would hold up a stop until Redis comes back.
            if not self.broker.stopping.is_set():
                raise
            log.warning("message is left to be done again", message=message.message_id)
        self._release(message)

    def nack(self, message: MessageProxy) -> None:
        """Move the message to dramatiq's own dead letters; ours never fail a message, so this is a last resort."""
        with connection_errors():
            self._fetcher(message).do_nack(self.queue_name, message.options["redis_message_id"])
        self._release(message)

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        """Give messages back that were fetched and not begun."""
        for message in messages:
            with connection_errors():
                self._fetcher(message).do_requeue(self.queue_name, message.options["redis_message_id"])
            self._release(message)

    def close(self) -> None:
        """Give back what was fetched and not handed on."""
        opened = [self._decode(data) for data in self._fetched]
        self._fetched.clear()
        self.requeue([message for message in opened if message is not None])

    def _decode(self, data: bytes | None) -> MessageProxy | None:
        if data is None:
            # The id was in the queue twice, and its message is done.
            return None
        try:
            message = FetchedMessage(Message.decode(data), self.broker)
        except DecodeError:
            log.critical("message cannot be decoded", queue=self.queue_name, bytes=len(data))
            return None
        self._held.add(message.options["redis_message_id"])
        return message

    def _fetcher(self, message: MessageProxy) -> JobBroker:
        return message.fetcher if isinstance(message, FetchedMessage) else self.broker

    def _release(self, message: MessageProxy) -> None:
        was_full = len(self._held) >= self.prefetch
        self._held.discard(message.options["redis_message_id"])
        if was_full:
            self._wake.set()


def queue_client(url: str) -> redis.Redis:
    """A client of the server that holds the queues."""
    # No silent retries inside the client: a repeated fetch would leave the first one's messages with nobody.
    return redis.Redis.from_url(
        url, retry=Retry(NoBackoff(), 0), socket_connect_timeout=2, socket_timeout=5, health_check_interval=30
    )


def depth_of(client: redis.Redis, queue_name: str) -> dict[str, int]:
    """As `JobBroker.depth`, for who has no broker; raises `ConnectionClosed`."""
    name = f"{NAMESPACE}:{queue_name}"
    with connection_errors():
        return {
            "waiting": client.hlen(f"{name}.msgs"),
            "delayed": client.hlen(f"{name}.DQ.msgs"),
        }


@contextmanager
def connection_errors() -> Iterator[None]:
    """Turn every error of Redis into the one after which dramatiq starts a consumer again."""
    try:
        yield
    except redis.RedisError as error:
        raise ConnectionClosed(type(error).__name__) from None  # type: ignore[no-untyped-call]  # as above


def milliseconds() -> int:
    """The present time as dramatiq writes it."""
    return int(time.time() * 1000)


def _unknown(*_: Any, **__: Any) -> None:
    raise UnknownActorError
