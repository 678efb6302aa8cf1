"""What renderers say of themselves, and what is believed when they say nothing or nonsense."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from operators.renderer.renderers import Fleet, Load, Renderers, _url
from tests.fixtures.operator import LoadServer


@pytest.fixture
async def renderers(load_server: LoadServer) -> AsyncIterator[Renderers]:
    made = Renderers(load_server.port, timeout_seconds=0.5)
    yield made
    await made.close()


class TestAsk:
    async def test_each_pod_is_asked_at_its_own_address(self, renderers: Renderers, load_server: LoadServer) -> None:
        load_server.answers = {"127.0.0.2": load_server.load(busy=1)}
        fleet = await renderers.loads({"a": "127.0.0.1", "b": "127.0.0.2"})
        assert fleet.busy == {"b"}
        assert fleet.unreachable == set()

    async def test_nobody_to_ask(self, renderers: Renderers) -> None:
        fleet = await renderers.loads({})
        assert (fleet.busy, fleet.slots_per_replica, fleet.job_seconds, fleet.samples) == (frozenset(), None, None, 0)

    async def test_a_pod_where_nobody_listens_counts_as_busy(self, load_server: LoadServer) -> None:
        renderers = Renderers(1)
        fleet = await renderers.loads({"a": "127.0.0.1"})
        await renderers.close()
        assert fleet.busy == {"a"}
        assert fleet.unreachable == {"a"}

    async def test_waiting_jobs_make_a_pod_busy(self, renderers: Renderers, load_server: LoadServer) -> None:
        load_server.answers = {"127.0.0.1": load_server.load(waiting=1)}
        assert (await renderers.loads({"a": "127.0.0.1"})).busy == {"a"}

    async def test_slow_pods_do_not_add_up(self, renderers: Renderers, load_server: LoadServer) -> None:
        async def slow(_: Request) -> Response:
            await asyncio.sleep(3)
            return JSONResponse(load_server.load())

        load_server.answers = {f"127.0.0.{number}": slow for number in range(2, 12)}
        started = time.monotonic()
        fleet = await renderers.loads({str(number): f"127.0.0.{number}" for number in range(1, 12)})
        assert time.monotonic() - started < 2
        assert fleet.unreachable == {str(number) for number in range(2, 12)}

    async def test_a_pod_that_drips_its_answer_is_given_up(self, renderers: Renderers, load_server: LoadServer) -> None:
        async def spaces() -> AsyncIterator[str]:
            for _ in range(20):
                yield " "
                await asyncio.sleep(0.1)

        async def drip(_: Request) -> Response:
            return StreamingResponse(spaces())

        load_server.answers = {"127.0.0.1": drip}
        assert (await renderers.loads({"a": "127.0.0.1"})).unreachable == {"a"}

    @pytest.mark.parametrize(
        "answer",
        [
            {},
            [],
            LoadServer.load(slots=0),
            LoadServer.load(busy=-1),
            LoadServer.load(job_seconds=-1),
            LoadServer.load(job_seconds=1e300),
            LoadServer.load(note="x" * 10_000),
        ],
    )
    async def test_nonsense_counts_as_no_answer(
        self, renderers: Renderers, load_server: LoadServer, answer: Any
    ) -> None:
        load_server.answers = {"127.0.0.1": answer}
        assert (await renderers.loads({"a": "127.0.0.1"})).unreachable == {"a"}

    async def test_an_error_and_a_way_elsewhere_count_as_no_answer(
        self, renderers: Renderers, load_server: LoadServer
    ) -> None:
        async def broken(_: Request) -> Response:
            return JSONResponse(load_server.load(), status_code=500)

        async def elsewhere(_: Request) -> Response:
            return RedirectResponse(f"http://127.0.0.9:{load_server.port}/load", status_code=302)

        load_server.answers = {"127.0.0.1": broken, "127.0.0.2": elsewhere}
        assert (await renderers.loads({"a": "127.0.0.1", "b": "127.0.0.2"})).unreachable == {"a", "b"}
        assert "127.0.0.9" not in load_server.asked

    async def test_an_address_that_is_none_counts_as_no_answer(self, renderers: Renderers) -> None:
        assert (await renderers.loads({"a": "evil.example/"})).unreachable == {"a"}


class TestFleet:
    def test_job_seconds_are_weighted_by_jobs_up_to_twenty(self) -> None:
        fleet = Fleet(
            {"a": load(jobs=1000, job_seconds=1.0), "b": load(jobs=20, job_seconds=3.0), "c": load(), "d": None}
        )
        assert fleet.job_seconds == 2.0
        assert fleet.samples == 1020

    def test_slots_are_the_mean_of_those_that_answer(self) -> None:
        assert Fleet({"a": load(slots=1), "b": load(slots=4), "c": None}).slots_per_replica == 2.5


def load(**values: Any) -> Load:
    return Load.model_validate(LoadServer.load(**values))


def test_an_address_of_version_six_is_bracketed() -> None:
    assert _url("fd00::1", 3100) == "http://[fd00::1]:3100/load"
