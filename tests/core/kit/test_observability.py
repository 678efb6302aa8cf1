"""One log format everywhere, and a request id that comes from the caller when it is harmless."""

import asyncio
import contextlib
import gc
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from services.core.kit.observability import LOST, RequestLog, configure_logging


@pytest.fixture
def _logging() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers, root.level
    configure_logging("test")
    yield
    root.handlers, root.level = before
    structlog.reset_defaults()


@contextlib.contextmanager
def full_disk() -> Iterator[None]:
    """stdout and stderr go to a file that takes nothing."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.suppress(OSError))
        full = stack.enter_context(Path("/dev/full").open("w"))
        stack.enter_context(contextlib.redirect_stdout(full))
        stack.enter_context(contextlib.redirect_stderr(full))
        configure_logging("test")
        yield


async def answer(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


@pytest.mark.usefixtures("_logging")
class TestRequestLog:
    async def test_a_request_gives_one_line_with_the_template(self, capsys: pytest.CaptureFixture[str]) -> None:
        configure_logging("test")
        app = RequestLog(Starlette(routes=[Route("/things/{id}", answer)]), "test")
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
            response = await client.get("/things/secret-title", headers={"X-Request-ID": "abc-1"})
        assert response.headers["x-request-id"] == "abc-1"
        line = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert line["event"] == "request"
        assert line["process"] == "test"
        assert line["request_id"] == "abc-1"
        assert line["route"] == "/things/{id}"
        assert "secret-title" not in json.dumps(line)

    async def test_a_full_disk_loses_the_line_and_not_the_answer(self) -> None:
        async def noisy(_: Request) -> PlainTextResponse:
            structlog.get_logger("test").warning("ours")
            logging.getLogger("library").warning("a library's", stack_info=True)
            return PlainTextResponse("ok")

        app = RequestLog(Starlette(routes=[Route("/", noisy)]), "test")
        before = LOST._value.get()
        client = httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test")
        with full_disk():
            assert (await client.get("/")).text == "ok"
        await client.aclose()
        assert LOST._value.get() == before + 3

    @pytest.mark.parametrize("given", ["", "x" * 65, 'a"b', "a b"])
    async def test_a_strange_request_id_is_replaced(self, given: str) -> None:
        app = RequestLog(Starlette(routes=[Route("/", answer)]), "test")
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
            response = await client.get("/", headers={"X-Request-ID": given})
        assert response.headers["x-request-id"] != given
        assert len(response.headers["x-request-id"]) == 32


@pytest.mark.usefixtures("_logging")
class TestErrors:
    """Of an error there is no text, which may quote a row or what somebody sent."""

    def test_a_library_that_logs_one(self, capsys: pytest.CaptureFixture[str]) -> None:
        configure_logging("test")
        try:
            try:
                int("a secret")
            except ValueError as error:
                raise RuntimeError("DETAIL: Key (email)=(ada@example.org)") from error
        except RuntimeError:
            logging.getLogger("library").exception("It broke")
            structlog.get_logger("ours").error("It broke, too", exc_info=True)
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert [line["event"] for line in lines] == ["It broke", "It broke, too"]
        for line in lines:
            assert line["error"] == ["RuntimeError", "ValueError"]
            assert line["at"][-1].endswith(" test_a_library_that_logs_one")
            assert "secret" not in json.dumps(line)
            assert "example.org" not in json.dumps(line)

    async def test_a_task_that_nobody_waits_for(self, capsys: pytest.CaptureFixture[str]) -> None:
        configure_logging("test")

        async def fails() -> None:
            raise ExceptionGroup("several", [KeyError("a secret")])

        task = asyncio.create_task(fails())
        await asyncio.wait({task})
        del task
        gc.collect()
        line = json.loads(capsys.readouterr().out)
        assert (line["event"], line["level"]) == ("Task exception was never retrieved", "error")
        assert line["error"] == ["ExceptionGroup", "KeyError"]
        assert "secret" not in json.dumps(line)


@pytest.mark.usefixtures("_logging")
@pytest.mark.parametrize("library", ["httpx", "httpx2", "stripe"])
def test_the_addresses_that_a_library_asks_are_not_logged(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger(library).info("GET https://api.example.com/v1/checkout/sessions/cs_1")
    assert capsys.readouterr().out == ""
