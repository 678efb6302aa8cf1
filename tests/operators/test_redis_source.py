"""The depth of real dramatiq queues in a real Valkey, and what is said when it cannot be read."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import dramatiq
import pytest
import redis
from dramatiq.brokers.redis import RedisBroker

from operators.renderer.api import QueueSource
from operators.renderer.redis_source import QueueError, QueueReader
from services.standalone.ports import held_port
from services.standalone.valkey import EmbeddedValkey
from tests.fixtures.operator import mount_redis

DATABASE = 7


def queue_source(*names: str, db: int | None = None, tls: bool | None = None) -> QueueSource:
    where = {"secret_ref": {"name": "fractafrag-redis"}, "db": db, "tls": tls}
    return QueueSource.model_validate({"names": list(names) or ["render"], "redis": where})


@pytest.fixture
def broker(valkey: EmbeddedValkey) -> Iterator[RedisBroker]:
    made: RedisBroker = RedisBroker(url=valkey.url(DATABASE))  # type: ignore[no-untyped-call]
    made.client.flushdb()
    for name in ("render", "other"):
        made.declare_queue(name)
    yield made
    made.client.flushdb()
    made.client.close()
    made.close()


@pytest.fixture
async def reader(redis_folder: Path, valkey: EmbeddedValkey) -> AsyncIterator[QueueReader]:
    mount_redis(redis_folder, valkey.url(DATABASE))
    made = QueueReader(redis_folder)
    yield made
    await made.close()


def send(broker: RedisBroker, queue: str = "render", *, delay: int | None = None) -> None:
    message: dramatiq.Message[None] = dramatiq.Message(
        queue_name=queue, actor_name="draw", args=(), kwargs={"note": '"message_timestamp":1'}, options={}
    )
    broker.enqueue(message, delay=delay)


class TestRead:
    async def test_an_empty_queue_is_all_zeros_and_has_no_age(self, broker: RedisBroker, reader: QueueReader) -> None:
        seen = await reader.read(queue_source())
        assert (seen.ready, seen.in_flight, seen.delayed, seen.dead, seen.oldest_age_seconds) == (0, 0, 0, 0, None)

    async def test_messages_that_nobody_fetched_are_ready(self, broker: RedisBroker, reader: QueueReader) -> None:
        for _ in range(3):
            send(broker)
        seen = await reader.read(queue_source())
        assert (seen.ready, seen.in_flight) == (3, 0)

    async def test_fetched_messages_are_in_flight_though_the_list_is_empty(
        self, broker: RedisBroker, reader: QueueReader
    ) -> None:
        for _ in range(3):
            send(broker)
        consumer = broker.consume("render", prefetch=8, timeout=100)
        fetched = [message for message in (next(consumer) for _ in range(3)) if message is not None]
        seen = await reader.read(queue_source())
        assert (seen.ready, seen.in_flight) == (0, 3)
        assert seen.oldest_age_seconds is not None
        for message in fetched:
            consumer.ack(message)
        assert (await reader.read(queue_source())).demand == 0

    async def test_delayed_messages_are_demand(self, broker: RedisBroker, reader: QueueReader) -> None:
        send(broker, delay=60_000)
        seen = await reader.read(queue_source())
        assert (seen.ready, seen.in_flight, seen.delayed, seen.demand) == (0, 0, 1, 1)
        assert seen.oldest_age_seconds is not None

    async def test_dead_letters_are_told_and_are_no_demand(self, broker: RedisBroker, reader: QueueReader) -> None:
        send(broker)
        consumer = broker.consume("render", prefetch=1, timeout=100)
        message = next(consumer)
        assert message is not None
        consumer.nack(message)
        seen = await reader.read(queue_source())
        assert (seen.dead, seen.demand) == (1, 0)

    async def test_several_queues_are_summed(self, broker: RedisBroker, reader: QueueReader) -> None:
        send(broker)
        send(broker, "other")
        assert (await reader.read(queue_source("render", "other"))).ready == 2

    async def test_the_age_is_that_of_the_oldest_message(self, broker: RedisBroker, reader: QueueReader) -> None:
        send(broker)
        await asyncio.sleep(0.3)
        send(broker)
        age = (await reader.read(queue_source())).oldest_age_seconds
        assert age is not None
        assert 0.25 < age < 10

    async def test_a_long_queue_is_judged_by_its_head(self, broker: RedisBroker, reader: QueueReader) -> None:
        for _ in range(200):
            send(broker)
        seen = await reader.read(queue_source())
        assert seen.ready == 200
        assert seen.oldest_age_seconds is not None

    async def test_a_message_that_is_no_json_has_no_age(self, broker: RedisBroker, reader: QueueReader) -> None:
        broker.client.hset("dramatiq:render.msgs", "id", b"\xff{")
        seen = await reader.read(queue_source())
        assert (seen.in_flight, seen.oldest_age_seconds) == (1, None)

    async def test_the_run_id_is_the_servers(self, broker: RedisBroker, reader: QueueReader) -> None:
        assert (await reader.read(queue_source())).run_id == broker.client.info("server")["run_id"]

    async def test_one_reading_is_one_command(
        self, broker: RedisBroker, reader: QueueReader, valkey: EmbeddedValkey
    ) -> None:
        await reader.read(queue_source("render", "other"))
        before = broker.client.info("stats")["total_commands_processed"]
        await reader.read(queue_source("render", "other"))
        calls = broker.client.info("commandstats")
        assert calls["cmdstat_eval"]["calls"] >= 2
        # INFO itself, EVAL, and the eleven calls of the script for two queues, the clock and the run_id.
        assert broker.client.info("stats")["total_commands_processed"] - before < 40

    async def test_the_resource_may_name_another_database(self, broker: RedisBroker, reader: QueueReader) -> None:
        send(broker)
        assert (await reader.read(queue_source(db=DATABASE + 1))).ready == 0


class TestReadFails:
    async def test_a_secret_that_is_not_mounted(self, redis_folder: Path) -> None:
        with pytest.raises(QueueError, match=r"Secret fractafrag-redis, key url is not mounted") as caught:
            await QueueReader(redis_folder).read(queue_source())
        assert caught.value.kind == "secret"

    async def test_an_empty_secret(self, redis_folder: Path) -> None:
        mount_redis(redis_folder, "")
        with pytest.raises(QueueError, match="is empty"):
            await QueueReader(redis_folder).read(queue_source())

    @pytest.mark.parametrize("url", ["http://host", "hunter2", "redis://h:port/0"])
    async def test_a_secret_that_is_no_redis_url_is_not_repeated(self, redis_folder: Path, url: str) -> None:
        mount_redis(redis_folder, url)
        with pytest.raises(QueueError) as caught:
            await QueueReader(redis_folder).read(queue_source())
        assert caught.value.kind == "secret"
        assert url not in str(caught.value)

    async def test_nobody_listens(self, redis_folder: Path) -> None:
        mount_redis(redis_folder, "redis://:hunter2@127.0.0.1:1/0")
        with pytest.raises(QueueError) as caught:
            await QueueReader(redis_folder).read(queue_source())
        assert caught.value.kind == "connection"
        assert "hunter2" not in str(caught.value)

    async def test_a_wrong_password(self, redis_folder: Path, valkey: EmbeddedValkey) -> None:
        mount_redis(redis_folder, f"redis://:wrong@127.0.0.1:{valkey.port}/0")
        with pytest.raises(QueueError) as caught:
            await QueueReader(redis_folder).read(queue_source())
        assert caught.value.kind == "auth"

    async def test_a_key_of_another_type(self, broker: RedisBroker, reader: QueueReader) -> None:
        broker.client.set("dramatiq:render", "text")
        with pytest.raises(QueueError) as caught:
            await reader.read(queue_source())
        assert caught.value.kind == "answer"

    async def test_a_server_that_says_nothing_is_given_up(
        self, redis_folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("operators.renderer.redis_source.TIMEOUT_SECONDS", 0.3)
        released = asyncio.Event()

        async def silent(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await released.wait()
            writer.close()

        async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            mount_redis(redis_folder, f"redis://127.0.0.1:{port}/0")
            started = time.monotonic()
            with pytest.raises(QueueError) as caught:
                await QueueReader(redis_folder).read(queue_source())
            released.set()
        assert caught.value.kind == "timeout"
        assert time.monotonic() - started < 2


class TestReconnect:
    async def test_a_rotated_password_is_used_at_once(
        self, redis_folder: Path, valkey: EmbeddedValkey, broker: RedisBroker, reader: QueueReader
    ) -> None:
        await reader.read(queue_source())
        mount_redis(redis_folder, f"redis://:wrong@127.0.0.1:{valkey.port}/{DATABASE}")
        with pytest.raises(QueueError):
            await reader.read(queue_source())
        mount_redis(redis_folder, valkey.url(DATABASE))
        assert (await reader.read(queue_source())).ready == 0

    async def test_a_cut_connection_is_made_anew(self, broker: RedisBroker, reader: QueueReader) -> None:
        await reader.read(queue_source())
        broker.client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        assert (await reader.read(queue_source())).ready == 0

    async def test_a_restarted_server_has_another_run_id(self, tmp_path: Path, redis_folder: Path) -> None:
        server = EmbeddedValkey(tmp_path / "valkey", port=held_port())
        server.start()
        mount_redis(redis_folder, server.url())
        reader = QueueReader(redis_folder)
        before = await reader.read(queue_source())
        server.stop()
        with pytest.raises(QueueError):
            await reader.read(queue_source())
        server.start()
        after = await reader.read(queue_source())
        await reader.close()
        server.stop()
        assert before.run_id != after.run_id

    async def test_a_server_that_forbids_info_has_no_run_id(
        self, broker: RedisBroker, valkey: EmbeddedValkey, redis_folder: Path
    ) -> None:
        user = "ACL SETUSER autoscaler on >secret ~* +@all -info"
        broker.client.execute_command(*user.split())
        mount_redis(redis_folder, f"redis://autoscaler:secret@127.0.0.1:{valkey.port}/{DATABASE}")
        reader = QueueReader(redis_folder)
        try:
            assert (await reader.read(queue_source())).run_id == ""
        finally:
            await reader.close()
            broker.client.execute_command("ACL", "DELUSER", "autoscaler")


def test_tls_can_be_demanded_and_waived() -> None:
    from operators.renderer.redis_source import _adapted

    assert _adapted("redis://:p@h:6379/0", tls=True, db=None) == "rediss://:p@h:6379/0"
    assert _adapted("rediss://h/2?a=b", tls=False, db=3) == "redis://h/3?a=b"
    assert isinstance(redis.Redis.from_url(_adapted("rediss://h", tls=None, db=None)), redis.Redis)
