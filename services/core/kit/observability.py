"""Logs and metrics, set up once in each process.

One JSON line per event with the same first fields in every process: `timestamp level process event`, and
`request_id`, `job_id` where they are known. They travel by the `X-Request-ID` header and in job messages.
Source code, titles, addresses and secrets are never logged; log ids. Of an error, ours or a library's, the log has the
kinds and the places: its text may quote what a user sent, or a row.

A line that cannot be written, as on a full disk, is lost and counted: nothing fails because of its log.
"""

import json
import logging
import random
import sys
import threading
import time
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, TextIO

import structlog
from prometheus_client import Counter, Histogram

_MOST_CAUSES, _MOST_FRAMES = 8, 12
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")

REQUESTS = Counter("http_requests_total", "HTTP requests by route template.", ["process", "method", "route", "status"])
LATENCY = Histogram(
    "http_request_duration_seconds",
    "Time from the first byte of a request to the last of its answer.",
    ["process", "method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
LOST = Counter("log_lines_lost_total", "Lines of the log that could not be written.")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def configure_logging(process: str, level: str = "INFO") -> None:
    """Send structlog and the standard library's loggers to stdout as JSON lines of `process`."""
    # One processor, and past the standard library's logging: a request's line cost more than its checks otherwise.
    structlog.configure(
        processors=[_line_of(process)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=_Stdout,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.processors.add_log_level],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _line_of(process)],
    )
    handler = _Handler(sys.stdout)
    handler.setFormatter(formatter)
    handler.addFilter(_without_task)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in ("httpx", "httpx2", "httpcore", "httpcore2", "stripe", "websockets", "pyppeteer", "asyncio"):
        logging.getLogger(name).setLevel("WARNING")


def _without_task(record: logging.LogRecord) -> bool:
    """Of what asyncio says only its first line is ours to keep: behind it stand the task, and its error's text."""
    if record.name == "asyncio":
        record.msg, record.args = record.getMessage().partition("\n")[0], None
    return True


class _Stdout:
    """Writes each line as a whole to what is stdout at the moment."""

    _lock = threading.Lock()

    def __init__(self, *_: str) -> None:
        """structlog gives the logger's name."""

    def msg(self, line: str) -> None:
        """Write one line; a stream that is full or closed loses it."""
        try:
            with self._lock:
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
        except (OSError, ValueError):
            LOST.inc()

    debug = info = warning = error = critical = exception = log = msg


class _Handler(logging.StreamHandler[TextIO]):
    """As `_Stdout` for the standard library's loggers."""

    def handleError(self, _: logging.LogRecord) -> None:  # noqa: N802 -- logging's name
        """Nor does it tell stderr, with the record's text in it."""
        LOST.inc()


def _line_of(process: str) -> structlog.typing.Processor:
    """What makes an event a line: the first fields, what is bound to the context, the event's own fields."""

    def render(_: Any, method: str, event: MutableMapping[str, Any]) -> str:
        line = {
            "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "level": event.pop("level", method),
            "process": process,
            "event": event.pop("event", None),
            **structlog.contextvars.get_contextvars(),
            **event,
        }
        if (error := _error_of(line.pop("exc_info", None))) is not None:
            line |= {"error": kinds_of(error), "at": frames_of(error)}
        return encode(line)

    encode = json.JSONEncoder(default=repr).encode
    return render


def _error_of(given: Any) -> BaseException | None:
    """The error in an `exc_info`, in any of the forms that logging takes."""
    if given is True:
        given = sys.exc_info()
    found = given[1] if isinstance(given, tuple) else given
    return found if isinstance(found, BaseException) else None


def kinds_of(error: BaseException | None) -> list[str]:
    """The classes of an error and of its causes; of a group, those of its first."""
    names: list[str] = []
    while error is not None and len(names) < _MOST_CAUSES:
        names.append(type(error).__name__)
        first = error.exceptions[0] if isinstance(error, BaseExceptionGroup) else None
        error = first or error.__cause__ or error.__context__
    return names


def frames_of(error: BaseException) -> list[str]:
    """The last frames of an error's traceback as `file:line function`, the innermost last."""
    frames = traceback.extract_tb(error.__traceback__)[-_MOST_FRAMES:]
    return [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno} {frame.name}" for frame in frames]


def place_of(error: BaseException) -> str:
    """Where an error came from, as `function:line`: what a log may hold of one whose text may quote a user."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].name}:{frames[-1].lineno}" if frames else "unknown"


class RequestLog:
    """ASGI middleware: request id in and out, one log line and two metrics per request.

    The route label is the template that the router matched (`scope["route"].path`), or `unmatched`.
    """

    QUIET = frozenset({"/healthz", "/readyz", "/metrics", "/load"})

    def __init__(self, app: App, process: str) -> None:
        self.app = app
        self.process = process
        self.log = structlog.get_logger("http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status = 500

        async def send_with_id(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", []).append((b"x-request-id", request_id.encode()))
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            self._record(scope, status, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        count, latency = _series(self.process, method, route, status)
        count.inc()
        latency.observe(seconds)
        if scope["path"] not in self.QUIET:
            self.log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


@cache
def _series(process: str, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(process, method, route, str(status)), LATENCY.labels(process, method, route)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _request_id(scope: Scope) -> str:
    """The caller's `X-Request-ID` when it is short and plain, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            text: str = value.decode("latin-1")
            if 0 < len(text) <= 64 and set(text) <= _PLAIN:
                return text
    # It only has to differ from others; asking the system for randomness costs ten times as much.
    return f"{random.getrandbits(128):032x}"
