"""What becomes of a message after its actor."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from dramatiq.broker import MessageProxy
from dramatiq.message import Message

from services.core.jobs.dead_letters import open_letters
from services.core.jobs.outbox import Job
from services.core.kit.errors import UnavailableError
from services.core.kit.settings import DatabaseSettings
from services.standalone.ports import held_port
from services.worker import retries
from services.worker.actors import declare
from services.worker.broker import RETRY_IN, JobBroker
from services.worker.retries import MAX_FAILURES, MAX_WAITS, RetryPolicy, TryLaterError
from services.worker.runtime import Runtime
from services.worker.settings import WorkerSettings
from tests.fixtures.worker import eventually, working

JOB = Job("feed.update_taste", "default")


def message(**options: Any) -> MessageProxy:
    return MessageProxy(Message(JOB.queue, JOB.name, (), {"user_id": "u"}, {"request_id": "r1", **options}))


async def after(runtime: Runtime, broker: JobBroker, given: MessageProxy, error: BaseException | None) -> None:
    policy = RetryPolicy(runtime)
    await asyncio.to_thread(lambda: policy.after_process_message(broker, given, exception=error))


async def test_a_failure_is_tried_again_with_growing_pauses(runtime: Runtime, broker: JobBroker) -> None:
    given = message()
    pauses = []
    for _ in range(MAX_FAILURES):
        await after(runtime, broker, given, KeyError("secret"))
        pauses.append(given.options[RETRY_IN])
    assert given.options["failures"] == MAX_FAILURES
    assert pauses[0] <= 500
    assert 4_000 <= pauses[-1] <= 8_000


async def test_after_the_last_retry_it_is_a_dead_letter_with_the_errors_class_only(
    runtime: Runtime, broker: JobBroker, capsys: pytest.CaptureFixture[str]
) -> None:
    given = message(failures=MAX_FAILURES)
    for _ in range(2):
        await after(runtime, broker, given, KeyError("secret"))
    assert RETRY_IN not in given.options
    async with runtime.database.read() as session:
        (letter,) = await open_letters(session)
    assert (letter.message_id, letter.actor, letter.queue) == (UUID(given.message_id), JOB.name, JOB.queue)
    assert (letter.payload, letter.request_id, letter.error) == ({"user_id": "u"}, "r1", "KeyError")
    assert "secret" not in capsys.readouterr().out


@pytest.mark.parametrize("error", [TryLaterError(), UnavailableError()])
async def test_waiting_for_something_does_not_count_as_failing(
    runtime: Runtime, broker: JobBroker, error: Exception
) -> None:
    given = message()
    for _ in range(50):
        await after(runtime, broker, given, error)
        assert given.options[RETRY_IN] <= 30_000
    assert "failures" not in given.options
    given.options["waits"] = MAX_WAITS
    given.options.pop(RETRY_IN)
    await after(runtime, broker, given, error)
    assert RETRY_IN not in given.options, "after about a day it is a dead letter"


async def test_a_message_whose_dead_letter_fails_is_kept(worker_settings: WorkerSettings, broker: JobBroker) -> None:
    away = DatabaseSettings(url=f"postgresql+asyncpg://u@127.0.0.1:{held_port()}/x")
    runtime = Runtime.open(worker_settings.model_copy(update={"database": away}))
    given = message(failures=MAX_FAILURES)
    await after(runtime, broker, given, KeyError("secret"))
    assert given.options[RETRY_IN] > 0
    assert given.options["failures"] == MAX_FAILURES
    await runtime.close()


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_PAUSE", 0.005)


def put(broker: JobBroker, actor: str = JOB.name, **payload: Any) -> str:
    return broker.enqueue(Message(JOB.queue, actor, (), payload, {}, message_id=str(uuid4()))).message_id


@pytest.mark.usefixtures("no_pauses")
async def test_an_actor_that_fails_a_few_times_is_done_in_the_end(runtime: Runtime, broker: JobBroker) -> None:
    runs: list[int] = []

    async def flaky(_: Runtime, number: int) -> None:
        runs.append(number)
        if len(runs) < 4:
            raise ValueError(number)

    declare(broker, runtime, JOB, flaky)
    async with working(broker):
        put(broker, number=7)
        await eventually(lambda: runs == [7, 7, 7, 7] and sum(broker.depth(JOB.queue).values()) == 0)


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("actor", [JOB.name, "from.a.newer.release"])
async def test_a_poisonous_message_ends_as_a_dead_letter_and_the_others_go_on(
    runtime: Runtime, broker: JobBroker, actor: str
) -> None:
    done: list[int] = []

    async def act(_: Runtime, number: int) -> None:
        if number < 0:
            raise ValueError(number)
        done.append(number)

    declare(broker, runtime, JOB, act)
    async with working(broker):
        poison = put(broker, actor, number=-1)
        for number in range(10):
            put(broker, number=number)
        await eventually(lambda: sorted(done) == list(range(10)) and sum(broker.depth(JOB.queue).values()) == 0)
    async with runtime.database.read() as session:
        (letter,) = await open_letters(session)
    assert str(letter.message_id) == poison
    assert letter.error == ("ValueError" if actor == JOB.name else "UnknownActorError")
