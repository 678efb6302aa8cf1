"""The way to the renderers: `RendererPool(settings.renderer)`, shared by the API (compile) and the worker (render).

The host of the URL may stand for many renderers (a headless Service): every address that it resolves to is asked,
the least busy first; 429, 503 and a refused connection lead to the next. When all are busy the pool waits with
jitter and asks again, up to `wait_seconds`. Errors:

- `CompileFailedError`: the source is at fault; `errors` are for the author. Final.
- `LimitExceededError`: the source is over a limit, `code` says which. Final.
- `RendererBusyError`: nobody took the job, or had the processors to say what it costs (503 `renderer_slow`). Nothing
  is known of it. Come back after `retry_after` seconds.
- `RendererLostError`: a renderer took the job and did not give a proper answer. It may have been the job's fault, so
  the pool does not try the job on another renderer; the caller counts attempts.

Connections are not kept alive: a refused connection then means that nothing was done, and everything after it
means that the job was taken. That costs a fraction of a millisecond beside a render.
"""

import asyncio
import random
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2
from prometheus_client import Counter as Metric
from pydantic import BaseModel, ValidationError

from services.contracts.glsl import SourceError
from services.contracts.renderer import (
    MAX_ERRORS,
    MAX_TIME,
    CompileRequest,
    CompileResult,
    LimitCode,
    PreviewOptions,
    Problem,
    RenderRequest,
    Sheet,
    SheetOptions,
    StillOptions,
)
from services.core.kit.errors import UnavailableError
from services.core.renders.answers import CheckedResult
from services.core.renders.settings import RendererClientSettings

MAX_ANSWER_BYTES = 12_582_912
RESOLVE_SECONDS = 2.0
COMPILE_SECONDS = 8.0
FIRST_PAUSE, LONGEST_PAUSE = 0.03, 0.4
_LIMITS = frozenset(LimitCode)

T = TypeVar("T", bound=BaseModel)

CALLS = Metric("renderer_calls_total", "Calls of renderers by what came of them.", ["verb", "outcome"])


class CompileFailedError(Exception):
    """The source does not compile, or draws nothing; `code` is the renderer's."""

    def __init__(self, code: str, errors: list[SourceError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


class LimitExceededError(Exception):
    """The source is over a limit of size, time or memory; `code` is the renderer's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RendererBusyError(UnavailableError):
    """No renderer took the job within the wait; nothing was done."""

    code = "renderer_busy"
    title = "All renderers are busy"

    def __init__(self, retry_after: int = 2) -> None:
        super().__init__(retry_after=retry_after)
        self.retry_after = retry_after


class RendererLostError(UnavailableError):
    """A renderer took the job and gave no proper answer."""

    code = "renderer_lost"
    title = "The renderer was lost while it worked"


@dataclass(frozen=True, slots=True)
class _Call:
    verb: str
    body: BaseModel
    request_id: str | None
    seconds: float


@cache
def _authorities() -> SSLContext:
    """Whom TLS trusts. To read them takes 40 ms, longer than all else that a pool is made of."""
    return httpx2.create_ssl_context(trust_env=False)


class RendererPool:
    """All renderers behind one URL. `aclose` it; use it from one event loop."""

    def __init__(self, settings: RendererClientSettings) -> None:
        self.settings = settings
        self._url = urlsplit(settings.url)
        self._client = httpx2.AsyncClient(
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,
            verify=_authorities(),
        )
        self._addresses: list[str] = []
        self._resolved_at = float("-inf")
        self._in_flight: Counter[str] = Counter()
        self._stopping = asyncio.Event()

    async def compile(
        self, source: str, dialect: str | None, *, request_id: str | None = None, wait_seconds: float = 2.0
    ) -> CompileResult:
        """Compile `source` without drawing it. A source that does not compile is an answer with `ok` false."""
        body = CompileRequest.model_validate({"source": source, "dialect": dialect})
        content = await self._ask(_Call("compile", body, request_id, COMPILE_SECONDS), wait_seconds)
        return _parsed(CompileResult, content)

    async def render(
        self,
        source: str,
        dialect: str | None,
        *,
        job_id: str,
        parameters: dict[str, Any] | None = None,
        still: StillOptions | None = None,
        preview: PreviewOptions | None = None,
        request_id: str | None = None,
        wait_seconds: float = 10.0,
    ) -> CheckedResult:
        """Draw `source`; the result holds what was asked for, at most in the sizes that were asked for."""
        body = {"job_id": job_id, "source": source, "dialect": dialect, "parameters": parameters or {}}
        request = RenderRequest.model_validate({**body, "still": still, "preview": preview})
        result = await self._draw(request, request_id, wait_seconds)
        if not _fits(result, still, preview):
            raise RendererLostError("The renderer's answer is not what was asked for")
        return result

    async def sheet(
        self,
        source: str,
        dialect: str | None,
        *,
        job_id: str,
        parameters: dict[str, Any],
        sheet: SheetOptions,
        request_id: str | None = None,
        wait_seconds: float = 4.0,
    ) -> tuple[Sheet, CheckedResult]:
        """Draw `source` at several times; the sheet, and all of the result."""
        body = {"job_id": job_id, "source": source, "dialect": dialect, "parameters": parameters}
        request = RenderRequest.model_validate({**body, "sheet": sheet, "motion": True})
        result = await self._draw(request, request_id, wait_seconds)
        if result.sheet is None or not _is_the_sheet(result.sheet, sheet):
            raise RendererLostError("The renderer's answer is not what was asked for")
        return result.sheet, result

    def stop_waiting(self) -> None:
        """Let those who wait for a free renderer end with `RendererBusyError` at once; for a graceful stop."""
        self._stopping.set()

    async def aclose(self) -> None:
        """Close all connections."""
        self.stop_waiting()
        await self._client.aclose()

    async def _draw(self, request: RenderRequest, request_id: str | None, wait_seconds: float) -> CheckedResult:
        call = _Call("render", request, request_id, self.settings.timeout_seconds)
        return _parsed(CheckedResult, await self._ask(call, wait_seconds))

    async def _ask(self, call: _Call, wait_seconds: float) -> bytes:
        deadline = time.monotonic() + wait_seconds
        pause = FIRST_PAUSE
        while True:
            try:
                content = await self._ask_each(call, deadline)
            except (CompileFailedError, LimitExceededError, RendererLostError) as error:
                CALLS.labels(call.verb, type(error).__name__.removesuffix("Error")).inc()
                raise
            if content is not None:
                CALLS.labels(call.verb, "ok").inc()
                return content
            pause = min(LONGEST_PAUSE, pause * 1.6)
            jittered = pause * random.uniform(0.5, 1)  # noqa: S311 -- not a secret
            if time.monotonic() + jittered > deadline or await self._stopped_within(jittered):
                CALLS.labels(call.verb, "RendererBusy").inc()
                raise RendererBusyError

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _ask_each(self, call: _Call, deadline: float) -> bytes | None:
        """The first answer, or None when every address is busy or refuses the connection, or time is over."""
        addresses = await self._resolve()
        random.shuffle(addresses)
        for address in sorted(addresses, key=lambda each: self._in_flight[each]):
            async with self._counted(address):
                status, content = await self._post(address, call)
            if status == 200:
                return content
            if status not in (429, 503):
                raise _refusal(status, content)
            if time.monotonic() > deadline:
                break  # This one took its time to find out that it is too busy.
        return None

    async def _post(self, address: str, call: _Call) -> tuple[int, bytes]:
        """Status and content; 503 when the connection is refused. Raises `RendererLostError`."""
        headers = {"Host": self._url.netloc.rpartition("@")[2], "Content-Type": "application/json"}
        if call.request_id:
            headers["X-Request-ID"] = call.request_id
        limits = httpx2.Timeout(call.seconds, connect=1.0)
        url = f"{address}/{call.verb}"
        body = call.body.model_dump_json()
        content = bytearray()
        try:
            async with (
                asyncio.timeout(call.seconds + 1),
                self._client.stream("POST", url, content=body, headers=headers, timeout=limits) as response,
            ):
                async for part in response.aiter_bytes():
                    content += part
                    if len(content) > MAX_ANSWER_BYTES:
                        raise RendererLostError("The renderer's answer is too large")
                return response.status_code, bytes(content)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            self._resolved_at = float("-inf")
            return 503, b""
        except (httpx2.HTTPError, TimeoutError) as error:
            raise RendererLostError from error

    @asynccontextmanager
    async def _counted(self, address: str) -> AsyncIterator[None]:
        self._in_flight[address] += 1
        try:
            yield
        finally:
            self._in_flight[address] -= 1
            if not self._in_flight[address]:
                del self._in_flight[address]

    async def _resolve(self) -> list[str]:
        """The base URLs of all renderers; an unknown host gives none, as renderers may start later."""
        if self._url.scheme != "http":
            return [self.settings.url.rstrip("/")]
        if time.monotonic() - self._resolved_at > RESOLVE_SECONDS:
            loop = asyncio.get_running_loop()
            try:
                found = await loop.getaddrinfo(self._url.hostname, self._url.port or 80, type=socket.SOCK_STREAM)
            except OSError:
                return list(self._addresses)
            hosts = dict.fromkeys(str(entry[4][0]) for entry in found)
            end = f":{self._url.port or 80}{self._url.path.rstrip('/')}"
            self._addresses = [f"http://[{host}]{end}" if ":" in host else f"http://{host}{end}" for host in hosts]
            self._resolved_at = time.monotonic()
        return list(self._addresses)


def _parsed(model: type[T], content: bytes) -> T:
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        # The reason is left out: it would quote what a stranger's code may have made.
        raise RendererLostError("The renderer's answer breaks the contract") from ValueError(error.error_count())


def _refusal(status: int, content: bytes) -> Exception:
    """The error that a problem document stands for."""
    if status >= 500 and status not in (504, 507):
        return RendererLostError()
    try:
        problem = Problem.model_validate_json(content)
    except ValidationError:
        return RendererLostError("The renderer's answer breaks the contract")
    if status == 422:
        return CompileFailedError(problem.code, problem.errors[:MAX_ERRORS])
    if problem.code in _LIMITS:
        return LimitExceededError(problem.code)
    if status == 408:
        return RendererBusyError()  # We were too slow to send the body, which says nothing about the shader.
    return RendererLostError(f"The renderer refused the request with {status}")


def _fits(result: CheckedResult, still: StillOptions | None, preview: PreviewOptions | None) -> bool:
    if (result.still is None) != (still is None) or (result.preview is not None and preview is None):
        return False
    if result.still and still and (result.still.width, result.still.height) != (still.width, still.height):
        return False
    return not (
        result.preview and preview and (result.preview.width > preview.width or result.preview.height > preview.height)
    )


def _is_the_sheet(sheet: Sheet, options: SheetOptions) -> bool:
    if options.times is None:
        times_fit = len(sheet.times) == 1 and 0 <= sheet.times[0] <= MAX_TIME
    else:
        times_fit = sheet.times == options.times[: len(sheet.times)]
    return (
        times_fit
        and sheet.columns == min(options.columns, len(sheet.times))
        and 1 <= sheet.frame_size[0] <= options.width
        and 1 <= sheet.frame_size[1] <= options.height
        and len(sheet.data) <= options.max_bytes
    )
