"""The HTTP face of the renderer: POST /compile and /render, GET /load, /healthz, /readyz and /metrics.

Errors are problem documents (RFC 9457) with a stable `code`; docs/renderer.md lists them. Nothing that a stranger
wrote goes into a log.
"""

import asyncio
import contextlib
import math
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, TypedDict, TypeVar

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.contracts.renderer import CompileRequest, RenderRequest
from services.core.kit.asgi import disconnected
from services.core.kit.errors import FractafragError
from services.core.kit.observability import RequestLog
from services.renderer.errors import BadRequestError, SlowBodyError, SourceTooLargeError
from services.renderer.folders import RunFolder
from services.renderer.pool import Pool
from services.renderer.service import Service
from services.renderer.settings import RendererSettings

_log = structlog.get_logger("renderer.app")
_PROCESS = "renderer"
# JSON may write a byte as six characters, and there is something around the source.
_BYTES_PER_BYTE, _BYTES_AROUND = 6, 65_536
_OLDEST_BEAT_SECONDS = 5.0
_WAIT = re.compile(r"(?:^|[,; ])wait=([0-9]{1,4})(?![^,; ])")

T = TypeVar("T", bound=BaseModel)


class State(TypedDict):
    """What the lifespan gives to the endpoints."""

    settings: RendererSettings
    pool: Pool
    service: Service


def create_app(settings: RendererSettings) -> Starlette:
    """The application; its lifespan starts the browsers and ends them."""

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[State]:
        with RunFolder(settings.run_folder) as folder:
            pool = Pool(settings, folder)
            service = Service(settings, pool)
            app.state.pool = pool
            await pool.start()
            try:
                yield {"settings": settings, "pool": pool, "service": service}
            finally:
                await pool.stop()
                service.close()

    app = Starlette(
        routes=[
            Route("/compile", _compile, methods=["POST"]),
            Route("/render", _render, methods=["POST"]),
            Route("/load", _load),
            Route("/healthz", _healthz),
            Route("/readyz", _readyz),
            Route("/metrics", _metrics),
        ],
        middleware=[Middleware(RequestLog, process=_PROCESS)],
        exception_handlers={FractafragError: _known, HTTPException: _http, Exception: _unexpected},
        lifespan=lifespan,
    )
    # A redirect would name the host that the client named.
    app.router.redirect_slashes = False
    return app


async def _compile(request: Request) -> Response:
    body = await _parse(request, CompileRequest)
    with _gone(request) as gone:
        return _json(await _service(request).compile(body, gone, _patience(request)))


async def _render(request: Request) -> Response:
    body = await _parse(request, RenderRequest)
    with _gone(request) as gone:
        return _json(await _service(request).render(body, gone, _patience(request)))


async def _load(request: Request) -> Response:
    return JSONResponse(_pool(request).load())


async def _healthz(request: Request) -> Response:
    age = _pool(request).watcher.age
    status = 200 if age < _OLDEST_BEAT_SECONDS else 503
    return JSONResponse({"status": "ok" if status == 200 else "stalled"}, status_code=status)


async def _readyz(request: Request) -> Response:
    return JSONResponse(_pool(request).state())


async def _metrics(_: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _pool(request: Request) -> Pool:
    pool: Pool = request.state.pool
    return pool


def _service(request: Request) -> Service:
    service: Service = request.state.service
    return service


def _patience(request: Request) -> float:
    """For how many seconds the caller waits for a slot, by `Prefer: wait=` (RFC 7240)."""
    waits = _WAIT.findall(",".join(request.headers.getlist("Prefer"))[:200])
    return float(waits[0]) if waits else math.inf


def _json(result: BaseModel) -> Response:
    return Response(result.model_dump_json(), media_type="application/json")


async def _parse(request: Request, model: type[T]) -> T:
    content = await _read(request)
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        # Where and why, without giving the value back.
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        raise BadRequestError(f"{place}: {first['msg']}") from None


async def _read(request: Request) -> bytes:
    settings: RendererSettings = request.state.settings
    most = settings.source_bytes * _BYTES_PER_BYTE + _BYTES_AROUND
    body = bytearray()
    try:
        async with asyncio.timeout(settings.body_seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise SourceTooLargeError(f"A shader may have {settings.source_bytes} bytes")
    except TimeoutError:
        raise SlowBodyError from None
    except ClientDisconnect:
        raise BadRequestError("The request ended early") from None
    return bytes(body)


@contextlib.contextmanager
def _gone(request: Request) -> Iterator[asyncio.Future[None]]:
    """A future that is done when the caller goes away."""
    gone = asyncio.ensure_future(disconnected(request.receive))
    try:
        yield gone
    finally:
        gone.cancel()


def _problem(error: FractafragError) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        "request_id": structlog.contextvars.get_contextvars().get("request_id"),
        **error.extra,
    }
    return JSONResponse(body, status_code=error.status, headers=error.headers, media_type="application/problem+json")


async def _known(_: Request, error: Exception) -> Response:
    assert isinstance(error, FractafragError)  # noqa: S101 -- tells mypy what Starlette promises
    return _problem(error)


async def _http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 -- as above
    codes = {404: "not_found", 405: "method_not_allowed"}
    body = {
        "type": "about:blank",
        "title": error.detail,
        "status": error.status_code,
        "code": codes.get(error.status_code, "http_error"),
        "detail": error.detail,
    }
    return JSONResponse(body, status_code=error.status_code, media_type="application/problem+json")


async def _unexpected(_: Request, error: Exception) -> Response:
    # The message could quote a shader; the kind of error and the place are enough.
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_qualname}:{place.tb_lineno}" if place is not None else "?"
    _log.error("unexpected", kind=type(error).__name__, where=where)
    return _problem(FractafragError("This is our fault; the request id helps to find it"))
