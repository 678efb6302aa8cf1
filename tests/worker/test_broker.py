"""The broker against a real Valkey: nothing that was fetched is ever lost."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
import redis
from dramatiq.broker import Consumer, MessageProxy
from dramatiq.errors import ConnectionClosed
from dramatiq.message import Message

from services.standalone.ports import held_port
from services.standalone.valkey import EmbeddedValkey
from services.worker.broker import RETRY_IN, JobBroker

QUEUE = "render"
HEARTBEAT_MS = 300


@pytest.fixture
def broker(valkey: EmbeddedValkey) -> Iterator[JobBroker]:
    built = JobBroker(valkey.url(), middleware=[], heartbeat_ms=HEARTBEAT_MS)
    built.client.flushall()
    yield built
    built.client.flushall()
    built.close()


def put(broker: JobBroker, count: int = 1) -> None:
    for number in range(count):
        broker.enqueue(Message(QUEUE, "act", (), {"number": number}, {}))


def take(consumer: Consumer, seconds: float = 2) -> MessageProxy:
    """The next message; fails when none comes in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        message = next(consumer)
        if message is not None:
            return message
    raise AssertionError("no message came")


def takes_nothing(consumer: Consumer, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    return all(next(consumer) is None for _ in iter(lambda: time.monotonic() < deadline, False))


def held(broker: JobBroker) -> dict[str, int]:
    return broker.depth(QUEUE)


def test_a_message_is_counted_until_it_is_acknowledged(broker: JobBroker) -> None:
    put(broker)
    consumer = broker.consume(QUEUE)
    message = take(consumer)
    assert message.kwargs == {"number": 0}
    assert held(broker) == {"waiting": 1, "delayed": 0}
    consumer.ack(message)
    assert held(broker) == {"waiting": 0, "delayed": 0}


def test_messages_come_in_their_order(broker: JobBroker) -> None:
    put(broker, 20)
    consumer = broker.consume(QUEUE, prefetch=8)
    numbers = []
    for _ in range(20):
        message = take(consumer)
        numbers.append(message.kwargs["number"])
        consumer.ack(message)
    assert all(first < second for first, second in pairwise(numbers))


def test_what_a_dead_worker_held_comes_back(broker: JobBroker) -> None:
    put(broker)
    take(broker.consume(QUEUE))
    assert take(broker.consume(QUEUE)).kwargs == {"number": 0}


def test_what_a_consumer_held_comes_back_when_it_starts_again(broker: JobBroker) -> None:
    """dramatiq drops what it has in memory when the connection is lost; the process lives on."""
    put(broker, 3)
    take(broker.consume(QUEUE, prefetch=8))
    again = broker.consume(QUEUE, prefetch=8)
    assert {take(again).kwargs["number"] for _ in range(3)} == {0, 1, 2}


def test_a_message_in_work_is_acknowledged_by_the_consumer_that_came_after(broker: JobBroker) -> None:
    put(broker)
    message = take(broker.consume(QUEUE))
    again = broker.consume(QUEUE)
    again.ack(message)
    assert held(broker)["waiting"] == 0
    assert takes_nothing(again, 2 * HEARTBEAT_MS / 1000)


def test_a_full_consumer_is_not_taken_for_dead(broker: JobBroker) -> None:
    put(broker)
    busy, idle = broker.consume(QUEUE, prefetch=1, timeout=50), broker.consume(QUEUE, timeout=50)
    message = take(busy)
    for _ in range(8):
        assert next(busy) is None
        assert next(idle) is None
    busy.ack(message)
    assert held(broker)["waiting"] == 0


def test_a_consumer_fetches_no_more_than_the_threads_can_take(broker: JobBroker) -> None:
    put(broker, 10)
    consumer = broker.consume(QUEUE, prefetch=8, timeout=10)
    for _ in range(4):
        take(consumer)
    assert takes_nothing(consumer, 0.1)
    assert broker.client.llen(f"dramatiq:{QUEUE}") == 6


@pytest.mark.parametrize("elsewhere", [False, True])
def test_enqueue_wakes_the_consumers_of_every_process(
    broker: JobBroker, valkey: EmbeddedValkey, *, elsewhere: bool
) -> None:
    sender = JobBroker(valkey.url(), middleware=[]) if elsewhere else broker
    consumer = broker.consume(QUEUE, timeout=30_000)
    with ThreadPoolExecutor() as threads:
        for _ in range(3):
            waiting = threads.submit(take, consumer, 60)
            time.sleep(0.3)
            started = time.monotonic()
            put(sender)
            consumer.ack(waiting.result())
            assert time.monotonic() - started < 10


def test_a_message_to_be_tried_again_waits_in_the_delay_queue(broker: JobBroker) -> None:
    put(broker)
    consumer, delayed = broker.consume(QUEUE), broker.consume(f"{QUEUE}.DQ")
    message = take(consumer)
    message.options[RETRY_IN] = 50
    message.options["failures"] = 1
    consumer.ack(message)
    assert held(broker) == {"waiting": 0, "delayed": 1}
    again = take(delayed)
    assert again.message_id == message.message_id
    assert again.options["failures"] == 1
    assert RETRY_IN not in again.options


def test_a_message_whose_retry_cannot_be_stored_is_not_acknowledged(broker: JobBroker, valkey: EmbeddedValkey) -> None:
    put(broker)
    consumer = broker.consume(QUEUE)
    message = take(consumer)
    message.options[RETRY_IN] = 50
    working = broker.client.connection_pool
    broker.client.connection_pool = redis.ConnectionPool(host="127.0.0.1", port=held_port())
    with pytest.raises(ConnectionClosed):
        consumer.ack(message)
    broker.client.connection_pool = working
    assert held(broker) == {"waiting": 1, "delayed": 0}
    consumer.ack(message)
    assert held(broker) == {"waiting": 0, "delayed": 1}


def test_closing_gives_back_what_was_fetched_and_not_handed_on(broker: JobBroker) -> None:
    put(broker, 4)
    consumer = broker.consume(QUEUE, prefetch=8)
    begun = take(consumer)
    consumer.close()
    assert broker.client.llen(f"dramatiq:{QUEUE}") == 3
    consumer.ack(begun)
    assert held(broker)["waiting"] == 3


def test_bytes_that_are_no_message_stop_nobody(broker: JobBroker) -> None:
    broker.client.hset(f"dramatiq:{QUEUE}.msgs", "broken", b"\x00not json")
    broker.client.rpush(f"dramatiq:{QUEUE}", "broken", "without content")
    put(broker)
    assert take(broker.consume(QUEUE, prefetch=8)).kwargs == {"number": 0}


def test_a_redis_that_is_away_is_a_lost_connection() -> None:
    away = JobBroker(f"redis://127.0.0.1:{held_port()}/0", middleware=[])
    for act in (lambda: put(away), lambda: next(away.consume(QUEUE)), lambda: held(away)):
        with pytest.raises(ConnectionClosed):
            act()
    away.close()
