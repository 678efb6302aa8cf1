"""The way to the renderers: `RendererPool(settings.renderer)`, shared by the API (compile) and the worker (render).

The host of the URL may stand for many renderers (a headless Service): every address that it resolves to is asked,
the least busy first; 429, 503 and a refused connection lead to the next. When all are busy the pool waits with
jitter and asks again, up to `wait_seconds`. Errors:

- `CompileFailed`: the source is at fault; `errors` are for the author. Final.
- `LimitExceeded`: the source is over a limit, `code` says which. Final.
- `RendererBusy`: nobody took the job, nothing was done. Come back after `retry_after` seconds.
- `RendererLost`: a renderer took the job and did not give a proper answer. It may have been the job's fault, so
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
from services.core.kit.errors import UnavailableError
from services.core.renders.answers import MAX_ERRORS, MAX_TIME, CompileAnswer, Refusal, RenderAnswer, Sheet
from services.core.renders.settings import RendererClientSettings

MAX_ANSWER_BYTES = 12_582_912
RESOLVE_SECONDS = 2.0
COMPILE_SECONDS = 8.0
FIRST_PAUSE, LONGEST_PAUSE = 0.03, 0.4

Kind = TypeVar("Kind", bound=BaseModel)

CALLS = Metric("renderer_calls_total", "Calls of renderers by what came of them.", ["verb", "outcome"])


class CompileFailed(Exception):  # noqa: N818 -- the outcome's name in the contract
    """The source does not compile, or draws nothing; `code` is the renderer's."""

    def __init__(self, code: str, errors: list[SourceError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


class LimitExceeded(Exception):  # noqa: N818 -- as above
    """The source is over a limit of size, time or memory; `code` is the renderer's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RendererBusy(UnavailableError):  # noqa: N818 -- as above
    """No renderer took the job within the wait; nothing was done."""

    code = "renderer_busy"
    title = "All renderers are busy"

    def __init__(self, retry_after: int = 2) -> None:
        super().__init__(retry_after=retry_after)
        self.retry_after = retry_after


class RendererLost(UnavailableError):  # noqa: N818 -- as above
    """A renderer took the job and gave no proper answer."""

    code = "renderer_lost"
    title = "The renderer was lost while it worked"


class StillOrder(BaseModel):
    """The still that is wanted; `time` in seconds, or None to let the renderer choose."""

    width: int = 640
    height: int = 360
    time: float | None = None


class PreviewOrder(BaseModel):
    """The loop that is wanted; the renderer may make it smaller or skip it."""

    width: int = 320
    height: int = 180
    seconds: float = 2.0
    fps: int = 18


class SheetOrder(BaseModel):
    """The frames that are wanted in one picture of at most `max_bytes`; their times ascend.

    None for the times is one frame at a time that shows something. The renderer may leave out the last times, and make
    the picture smaller.
    """

    width: int
    height: int
    times: list[float] | None
    columns: int
    max_bytes: int


@dataclass(frozen=True, slots=True)
class _Call:
    verb: str
    body: dict[str, Any]
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
    ) -> CompileAnswer:
        """Compile `source` without drawing it. A source that does not compile is an answer with `ok` false."""
        body = {"source": source, "dialect": dialect}
        content = await self._ask(_Call("compile", body, request_id, COMPILE_SECONDS), wait_seconds)
        return _parsed(CompileAnswer, content)

    async def render(
        self,
        source: str,
        dialect: str | None,
        *,
        job_id: str,
        parameters: dict[str, Any] | None = None,
        still: StillOrder | None = None,
        preview: PreviewOrder | None = None,
        request_id: str | None = None,
        wait_seconds: float = 10.0,
    ) -> RenderAnswer:
        """Draw `source`; the answer holds what was ordered, at most in the sizes that were ordered."""
        body = {
            "job_id": job_id,
            "source": source,
            "dialect": dialect,
            "parameters": parameters or {},
            "still": still.model_dump() if still else None,
            "preview": preview.model_dump() if preview else None,
        }
        call = _Call("render", body, request_id, self.settings.timeout_seconds)
        content = await self._ask(call, wait_seconds)
        answer = _parsed(RenderAnswer, content)
        if not _as_ordered(answer, still, preview):
            raise RendererLost("The renderer's answer is not what was ordered")
        return answer

    async def sheet(
        self,
        source: str,
        dialect: str | None,
        *,
        job_id: str,
        parameters: dict[str, Any],
        sheet: SheetOrder,
        request_id: str | None = None,
        wait_seconds: float = 4.0,
    ) -> tuple[Sheet, RenderAnswer]:
        """Draw `source` at several times; the sheet, and all of the answer."""
        body = {
            "job_id": job_id,
            "source": source,
            "dialect": dialect,
            "parameters": parameters,
            "sheet": sheet.model_dump(),
        }
        call = _Call("render", body, request_id, self.settings.timeout_seconds)
        answer = _parsed(RenderAnswer, await self._ask(call, wait_seconds))
        if answer.sheet is None or not _is_the_sheet(answer.sheet, sheet):
            raise RendererLost("The renderer's answer is not what was ordered")
        return answer.sheet, answer

    def stop_waiting(self) -> None:
        """Let those who wait for a free renderer end with `RendererBusy` at once; for a graceful stop."""
        self._stopping.set()

    async def aclose(self) -> None:
        """Close all connections."""
        self.stop_waiting()
        await self._client.aclose()

    async def _ask(self, call: _Call, wait_seconds: float) -> bytes:
        deadline = time.monotonic() + wait_seconds
        pause = FIRST_PAUSE
        while True:
            try:
                content = await self._ask_each(call)
            except (CompileFailed, LimitExceeded, RendererLost) as error:
                CALLS.labels(call.verb, type(error).__name__).inc()
                raise
            if content is not None:
                CALLS.labels(call.verb, "ok").inc()
                return content
            pause = min(LONGEST_PAUSE, pause * 1.6)
            jittered = pause * random.uniform(0.5, 1)  # noqa: S311 -- not a secret
            if time.monotonic() + jittered > deadline or await self._stopped_within(jittered):
                CALLS.labels(call.verb, "RendererBusy").inc()
                raise RendererBusy

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _ask_each(self, call: _Call) -> bytes | None:
        """The first answer, or None when every address is busy or refuses the connection."""
        addresses = await self._resolve()
        random.shuffle(addresses)
        for address in sorted(addresses, key=lambda each: self._in_flight[each]):
            async with self._counted(address):
                status, content = await self._post(address, call)
            if status == 200:
                return content
            if status not in (429, 503):
                raise _refusal(status, content)
        return None

    async def _post(self, address: str, call: _Call) -> tuple[int, bytes]:
        """Status and content; 503 when the connection is refused. Raises `RendererLost`."""
        headers = {"Host": self._url.netloc.rpartition("@")[2]}
        if call.request_id:
            headers["X-Request-ID"] = call.request_id
        limits = httpx2.Timeout(call.seconds, connect=1.0)
        url = f"{address}/{call.verb}"
        content = bytearray()
        try:
            async with (
                asyncio.timeout(call.seconds + 1),
                self._client.stream("POST", url, json=call.body, headers=headers, timeout=limits) as response,
            ):
                async for part in response.aiter_bytes():
                    content += part
                    if len(content) > MAX_ANSWER_BYTES:
                        raise RendererLost("The renderer's answer is too large")
                return response.status_code, bytes(content)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            self._resolved_at = float("-inf")
            return 503, b""
        except (httpx2.HTTPError, TimeoutError) as error:
            raise RendererLost from error

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


def _parsed(kind: type[Kind], content: bytes) -> Kind:
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        # The reason is left out: it would quote what a stranger's code may have made.
        raise RendererLost("The renderer's answer breaks the contract") from ValueError(error.error_count())


def _refusal(status: int, content: bytes) -> Exception:
    """The error that a problem document stands for."""
    if status >= 500 and status not in (504, 507):
        return RendererLost()
    try:
        refusal = Refusal.model_validate_json(content)
    except ValidationError:
        return RendererLost("The renderer's answer breaks the contract")
    if status == 422:
        return CompileFailed(refusal.code, refusal.errors[:MAX_ERRORS])
    if status in (408, 413, 504, 507):
        return LimitExceeded(refusal.code)
    return RendererLost(f"The renderer refused the order with {status}")


def _as_ordered(answer: RenderAnswer, still: StillOrder | None, preview: PreviewOrder | None) -> bool:
    if (answer.still is None) != (still is None) or (answer.preview is not None and preview is None):
        return False
    if answer.still and still and (answer.still.width, answer.still.height) != (still.width, still.height):
        return False
    return not (
        answer.preview and preview and (answer.preview.width > preview.width or answer.preview.height > preview.height)
    )


def _is_the_sheet(answer: Sheet, order: SheetOrder) -> bool:
    if order.times is None:
        times_fit = len(answer.times) == 1 and 0 <= answer.times[0] <= MAX_TIME
    else:
        times_fit = answer.times == order.times[: len(answer.times)]
    return (
        times_fit
        and answer.columns == min(order.columns, len(answer.times))
        and 1 <= answer.frame_size[0] <= order.width
        and 1 <= answer.frame_size[1] <= order.height
        and len(answer.data) <= order.max_bytes
    )
