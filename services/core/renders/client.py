"""The way to the renderers: `RendererPool(settings.renderer)`, shared by the API (compile) and the worker (render).

The host of the URL may stand for many renderers (a headless Service): every address that it resolves to is asked,
the least busy first; 429, 503 and a refused connection lead to the next. `wait_seconds` is the caller's patience, and
each renderer is told (`Prefer: wait=`): one that would take longer to begin says so at once, with the time that it
takes. Somebody waits for a validation or a sheet, so that is their answer at once; a render is asked for again, with
jitter, as long as its patience lasts, and so is everything while renderers start or stop. `errors.py` has the errors.

Connections are not kept alive: a refused connection then means that nothing was done, and everything after it
means that the job was taken. That costs a fraction of a millisecond beside a render.
"""

import asyncio
import math
import random
import socket
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2
from prometheus_client import Counter as Metric
from pydantic import BaseModel, ValidationError

from services.contracts.renderer import (
    CompileRequest,
    CompileResult,
    Kept,
    KeptOptions,
    Load,
    PreviewOptions,
    RenderRequest,
    Sheet,
    SheetOptions,
    StillOptions,
)
from services.core.kit.tls import authorities
from services.core.renders.answers import CheckedResult, fits, is_kept, is_the_sheet
from services.core.renders.errors import (
    CompileFailedError,
    LimitExceededError,
    RendererBusyError,
    RendererLostError,
    RendererSlowError,
    is_slow,
    refusal,
)
from services.core.renders.settings import RendererClientSettings

MAX_ANSWER_BYTES = 12_582_912
RESOLVE_SECONDS = 2.0
COMPILE_SECONDS = 8.0
LOAD_SECONDS = 1.0
FIRST_PAUSE, LONGEST_PAUSE = 0.03, 0.4
LONGEST_RETRY_AFTER = 60

T = TypeVar("T", bound=BaseModel)

CALLS = Metric("renderer_calls_total", "Calls of renderers by what came of them.", ["verb", "outcome"])


@dataclass(frozen=True, slots=True)
class _Call:
    verb: str
    body: BaseModel
    request_id: str | None
    seconds: float
    patience: float
    # Whether to ask again when all are full.
    patient: bool = False

    @property
    def content(self) -> str:
        """The body. What has its default is left out: a renderer of the release before need not know of it."""
        return self.body.model_dump_json(exclude_defaults=True)

    @property
    def headers(self) -> dict[str, str]:
        """What every renderer is told of it."""
        headers = {"Content-Type": "application/json", "Prefer": f"wait={math.ceil(self.patience)}"}
        return headers | ({"X-Request-ID": self.request_id} if self.request_id else {})


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    content: bytes = b""
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class _Busy:
    """Nobody took the job; `full` says that a renderer has too much to do, and is not just coming or going."""

    full: bool
    retry_after: int


class RendererPool:
    """All renderers behind one URL. `aclose` it; use it from one event loop."""

    def __init__(self, settings: RendererClientSettings) -> None:
        self.settings = settings
        self._url = urlsplit(settings.url)
        self._client = httpx2.AsyncClient(
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,
            verify=authorities(),
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
        content = await self._ask(_Call("compile", body, request_id, COMPILE_SECONDS, wait_seconds))
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
        flashes: bool = False,
        tries: int = 0,
        request_id: str | None = None,
        wait_seconds: float = 10.0,
    ) -> CheckedResult:
        """Draw `source`; the result holds what was asked for, at most in the sizes that were asked for."""
        body = {"job_id": job_id, "source": source, "dialect": dialect, "parameters": parameters or {}}
        asked = {"still": still, "preview": preview, "flashes": flashes, "tries": tries}
        request = RenderRequest.model_validate({**body, **asked})
        result = await self._draw(request, request_id, wait_seconds, patient=True)
        if not fits(result, still, preview):
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
        """Draw `source` at several times; the sheet, and all of the result, which says whether it moves and flashes."""
        body = {"job_id": job_id, "source": source, "dialect": dialect, "parameters": parameters}
        request = RenderRequest.model_validate({**body, "sheet": sheet, "motion": True, "flashes": True})
        result = await self._draw(request, request_id, wait_seconds, patient=False)
        if result.sheet is None or not is_the_sheet(result.sheet, sheet):
            raise RendererLostError("The renderer's answer is not what was asked for")
        return result.sheet, result

    async def load(self) -> Load:
        """What all renderers that are ready have to do together."""
        loads = await asyncio.gather(*(self._load(address) for address in await self._resolve()))
        ready = [load for load in loads if load is not None and load.ready]
        return Load(
            slots=sum(load.slots for load in ready),
            busy=sum(load.busy for load in ready),
            waiting=sum(load.waiting for load in ready),
            ready=bool(ready),
        )

    async def kept(
        self,
        source: str,
        dialect: str | None,
        *,
        job_id: str,
        parameters: dict[str, Any],
        kept: KeptOptions,
        tries: int = 0,
        request_id: str | None = None,
        wait_seconds: float = 8.0,
    ) -> Kept:
        """Draw the kept still of `source`; `RendererBusyError` when there is something else to draw all the time."""
        body = {"job_id": job_id, "source": source, "dialect": dialect, "parameters": parameters}
        request = RenderRequest.model_validate({**body, "kept": kept, "tries": tries})
        result = await self._draw(request, request_id, wait_seconds, patient=False)
        if result.kept is None or not is_kept(result.kept, kept):
            raise RendererLostError("The renderer's answer is not what was asked for")
        return result.kept

    async def flashes(
        self,
        source: str,
        dialect: str | None,
        *,
        job_id: str,
        parameters: dict[str, Any],
        tries: int = 0,
        request_id: str | None = None,
        wait_seconds: float = 8.0,
    ) -> int | None:
        """Count the flashes of `source` alone, for the `tries`-th time more; None where that cannot be done."""
        body = {"job_id": job_id, "source": source, "dialect": dialect, "parameters": parameters}
        request = RenderRequest.model_validate({**body, "flashes": True, "tries": tries})
        return (await self._draw(request, request_id, wait_seconds, patient=False)).flashes

    def stop_waiting(self) -> None:
        """Let those who wait for a free renderer end with `RendererBusyError` at once; for a graceful stop."""
        self._stopping.set()

    async def aclose(self) -> None:
        """Close all connections."""
        self.stop_waiting()
        await self._client.aclose()

    async def _draw(
        self, request: RenderRequest, request_id: str | None, wait_seconds: float, *, patient: bool
    ) -> CheckedResult:
        seconds = self.settings.timeout_seconds * request.stretch
        call = _Call("render", request, request_id, seconds, wait_seconds, patient)
        return _parsed(CheckedResult, await self._ask(call))

    async def _ask(self, call: _Call) -> bytes:
        deadline = time.monotonic() + call.patience
        pause = FIRST_PAUSE
        while True:
            try:
                answer = await self._ask_each(call, deadline)
            except (CompileFailedError, LimitExceededError, RendererLostError, RendererSlowError) as error:
                CALLS.labels(call.verb, type(error).__name__.removesuffix("Error")).inc()
                raise
            if isinstance(answer, bytes):
                CALLS.labels(call.verb, "ok").inc()
                return answer
            pause = min(LONGEST_PAUSE, pause * 1.6)
            jittered = pause * random.uniform(0.5, 1)  # noqa: S311 -- not a secret
            over = (answer.full and not call.patient) or time.monotonic() + jittered > deadline
            if over or await self._stopped_within(jittered):
                CALLS.labels(call.verb, "RendererBusy").inc()
                raise RendererBusyError(answer.retry_after)

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _ask_each(self, call: _Call, deadline: float) -> bytes | _Busy:
        """The first answer, unless every address is busy or refuses the connection, or time is over."""
        addresses = await self._resolve()
        random.shuffle(addresses)
        full, waits = False, []
        for address in sorted(addresses, key=lambda each: self._in_flight[each]):
            async with self._counted(address):
                answer = await self._post(address, call)
            if answer.status == 200:
                return answer.content
            if answer.status not in (429, 503) or is_slow(answer.content):
                raise refusal(answer.status, answer.content)
            full |= answer.status == 429
            if answer.retry_after is not None:
                waits.append(min(LONGEST_RETRY_AFTER, max(1, answer.retry_after)))
            if time.monotonic() > deadline:
                break  # This one took its time to find out that it is too busy.
        return _Busy(full, min(waits, default=2))

    async def _post(self, address: str, call: _Call) -> _Answer:
        """The answer; 503 when the connection is refused. Raises `RendererLostError`."""
        headers = call.headers | {"Host": self._host}
        limits = httpx2.Timeout(call.seconds, connect=1.0)
        url = f"{address}/{call.verb}"
        content = bytearray()
        try:
            async with (
                asyncio.timeout(call.seconds + 1),
                self._client.stream("POST", url, content=call.content, headers=headers, timeout=limits) as response,
            ):
                async for part in response.aiter_bytes():
                    content += part
                    if len(content) > MAX_ANSWER_BYTES:
                        raise RendererLostError("The renderer's answer is too large")
                retry_after = response.headers.get("Retry-After", "")[:9]
                wait = int(retry_after) if retry_after.isdecimal() else None
                return _Answer(response.status_code, bytes(content), wait)
        except (httpx2.ConnectError, httpx2.ConnectTimeout):
            self._resolved_at = float("-inf")
            return _Answer(503)
        except (httpx2.HTTPError, TimeoutError) as error:
            raise RendererLostError from error

    async def _load(self, address: str) -> Load | None:
        """What one renderer says of itself; None where there is no good answer."""
        try:
            async with asyncio.timeout(LOAD_SECONDS):
                answer = await self._client.get(f"{address}/load", headers={"Host": self._host})
            return Load.model_validate_json(answer.content) if answer.status_code == 200 else None
        except (httpx2.HTTPError, TimeoutError, ValidationError):
            return None

    @property
    def _host(self) -> str:
        return self._url.netloc.rpartition("@")[2]

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
