"""The API as coroutines, one for each route that the tools need, over a transport (transport.py).

Each request goes out with the caller's own `Authorization` header and address, so that the API's rules and limits
count callers and not us. An answer of 400 and more raises `ApiProblemError`; no answer, or an unreadable one, raises
`ApiDownError`. Nothing is sent twice by itself: with an `Idempotency-Key` the agent may. Only requests that keep a
renderer busy end when the caller hangs up; one that writes goes on, so that the same call sent again finds it done.
"""

import asyncio
import json
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

import structlog
from pydantic import BaseModel, ValidationError
from pydantic_core import to_json

from services.contracts.bounties import BountyPublic, PledgeCreated
from services.contracts.desires import (
    ClusterPublic,
    DesirePosted,
    DesirePublic,
    DesireSummary,
    FulfilmentPublic,
    Similar,
    SimilarCluster,
)
from services.contracts.pages import Page
from services.contracts.shaders import (
    RenderPublic,
    ShaderPreview,
    ShaderPublic,
    ShaderSummary,
    Validation,
    VersionPublic,
)
from services.core.kit.asgi import while_connected
from services.core.kit.observability import App
from services.mcp.calls import Call, Identity, current_call
from services.mcp.settings import ServiceSettings
from services.mcp.transport import Answer, InProcess, NoAnswerError, OverHttp, Transport

log = structlog.get_logger("mcp.api")

Model = TypeVar("Model", bound=BaseModel)

_LOOK_SECONDS = 2.0


class ApiProblemError(Exception):
    """The API refused: its problem document, and after how many seconds to come again where it says so."""

    def __init__(self, status: int, document: Mapping[str, Any], retry_after: int | None) -> None:
        super().__init__(f"{status} {document.get('code')}")
        self.status = status
        self.document = document
        self.retry_after = retry_after

    @property
    def code(self) -> str:
        """The stable code."""
        return str(self.document.get("code") or f"http_{self.status}")

    @property
    def detail(self) -> str:
        """A sentence of the API."""
        return str(self.document.get("detail") or self.document.get("title") or "The API refused this")


class ApiDownError(Exception):
    """The API did not answer, or not with what it promises."""


class Api:
    """The API at `settings.api_url`, or `app` when one is given."""

    def __init__(self, settings: ServiceSettings, app: App | None = None) -> None:
        self._transport: Transport = OverHttp(settings) if app is None else InProcess(app)

    async def close(self) -> None:
        """Close the connections."""
        await self._transport.close()

    async def alive(self) -> bool:
        """Whether the API answers at all."""
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                answer = await self._transport.send("GET", "/healthz", {}, None)
        except (NoAnswerError, TimeoutError):
            return False
        return answer.status == 200

    async def current_key(self, call: Call) -> Identity:
        """Whose credential `call` came with."""
        return _parsed(Identity, await self._send("GET", "/api/v1/keys/current", call=call))

    async def search(self, filters: Mapping[str, Any]) -> Page[ShaderSummary]:
        """Shaders that everybody may see."""
        return _parsed(Page[ShaderSummary], await self._send("GET", "/api/v1/shaders", params=filters))

    async def trending(self, paging: Mapping[str, Any]) -> Page[ShaderSummary]:
        """Shaders by their hot score."""
        return _parsed(Page[ShaderSummary], await self._send("GET", "/api/v1/feed/trending", params=paging))

    async def similar(self, shader_id: str, limit: int) -> Page[ShaderSummary]:
        """Shaders like one, the nearest first."""
        path = f"/api/v1/shaders/{shader_id}/similar"
        return _parsed(Page[ShaderSummary], await self._send("GET", path, params={"limit": limit}))

    async def shader(self, shader_id: str) -> ShaderPublic:
        """A shader with its newest version."""
        return _parsed(ShaderPublic, await self._send("GET", f"/api/v1/shaders/{shader_id}"))

    async def version(self, shader_id: str, number: int) -> VersionPublic:
        """A version of a shader."""
        return _parsed(VersionPublic, await self._send("GET", f"/api/v1/shaders/{shader_id}/versions/{number}"))

    async def render(self, shader_id: str, version: int) -> RenderPublic:
        """Where the pictures of a version stand."""
        answer = await self._send("GET", f"/api/v1/shaders/{shader_id}/render", params={"version": version})
        return _parsed(RenderPublic, answer)

    async def redraw(self, shader_id: str, version: int | None) -> RenderPublic:
        """Where the pictures of a version stand, which are drawn again if they failed."""
        params = {} if version is None else {"version": version}
        return _parsed(RenderPublic, await self._send("POST", f"/api/v1/shaders/{shader_id}/redraw", params=params))

    async def still(self, shader_id: str, version: int) -> bytes | None:
        """The stored picture of a version as WebP; None while there is none."""
        try:
            answer = await self._send("GET", f"/api/v1/shaders/{shader_id}/still", params={"version": version})
        except ApiProblemError as problem:
            if problem.status == 404:
                return None
            raise
        return answer.content

    async def validate(self, source: str) -> Validation:
        """Whether a source compiles."""
        asked = self._send("POST", "/api/v1/shaders/validate", body={"source": source})
        return _parsed(Validation, await _unless_abandoned(asked))

    async def preview(self, body: Mapping[str, Any]) -> ShaderPreview:
        """Whether a source compiles, and its picture."""
        asked = self._send("POST", "/api/v1/shaders/preview", body=body)
        return _parsed(ShaderPreview, await _unless_abandoned(asked))

    async def create(self, body: Mapping[str, Any], key: str) -> tuple[ShaderPublic, bool]:
        """A new shader, and whether the same request had made it before."""
        answer = await self._send("POST", "/api/v1/shaders", body=body, key=key)
        return _parsed(ShaderPublic, answer), _replayed(answer)

    async def fork(self, shader_id: str, body: Mapping[str, Any], key: str) -> tuple[ShaderPublic, bool]:
        """A shader made out of another, and whether the same request had made it before."""
        answer = await self._send("POST", f"/api/v1/shaders/{shader_id}/forks", body=body, key=key)
        return _parsed(ShaderPublic, answer), _replayed(answer)

    async def add_version(self, shader_id: str, body: Mapping[str, Any], key: str) -> tuple[VersionPublic, bool]:
        """A new version of a shader, and whether the same request had made it before."""
        answer = await self._send("POST", f"/api/v1/shaders/{shader_id}/versions", body=body, key=key)
        return _parsed(VersionPublic, answer), _replayed(answer)

    async def change(self, shader_id: str, body: Mapping[str, Any]) -> ShaderPublic:
        """Another title, visibility, and so on."""
        return _parsed(ShaderPublic, await self._send("PATCH", f"/api/v1/shaders/{shader_id}", body=body))

    async def desires(self, paging: Mapping[str, Any]) -> Page[DesireSummary]:
        """What people wish for."""
        return _parsed(Page[DesireSummary], await self._send("GET", "/api/v1/desires", params=paging))

    async def similar_desires(self, prompt: str) -> list[SimilarCluster]:
        """Wishes that say what a text says."""
        answer = await self._send("GET", "/api/v1/desires/similar", params={"prompt": prompt})
        return _parsed(Similar, answer).items

    async def desire(self, desire_id: str) -> DesirePublic:
        """A desire."""
        return _parsed(DesirePublic, await self._send("GET", f"/api/v1/desires/{desire_id}"))

    async def desire_cluster(self, cluster_id: str) -> ClusterPublic:
        """The wordings of a wish."""
        return _parsed(ClusterPublic, await self._send("GET", f"/api/v1/desire-clusters/{cluster_id}"))

    async def fulfilments(self, desire_id: str, limit: int) -> Page[FulfilmentPublic]:
        """The newest works that answer a desire."""
        answer = await self._send("GET", f"/api/v1/desires/{desire_id}/fulfilments", params={"limit": limit})
        return _parsed(Page[FulfilmentPublic], answer)

    async def post_desire(self, body: Mapping[str, Any], key: str) -> tuple[DesirePosted, bool]:
        """A new desire, and whether the same request had made it before."""
        answer = await self._send("POST", "/api/v1/desires", body=body, key=key)
        return _parsed(DesirePosted, answer), _replayed(answer)

    async def fulfil_desire(self, desire_id: str, body: Mapping[str, Any]) -> FulfilmentPublic:
        """An own work that answers a desire."""
        answer = await self._send("POST", f"/api/v1/desires/{desire_id}/fulfilments", body=body)
        return _parsed(FulfilmentPublic, answer)

    async def bounty(self, desire_id: str) -> BountyPublic:
        """What is pledged on a desire."""
        return _parsed(BountyPublic, await self._send("GET", f"/api/v1/desires/{desire_id}/bounty"))

    async def pledge(self, desire_id: str, body: Mapping[str, Any], key: str) -> tuple[PledgeCreated, bool]:
        """A new pledge, and whether the same request had made it before."""
        answer = await self._send("POST", f"/api/v1/desires/{desire_id}/pledges", body=body, key=key)
        return _parsed(PledgeCreated, answer), _replayed(answer)

    async def _send(
        self,
        method: str,
        path: str,
        *,
        call: Call | None = None,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> Answer:
        target = f"{path}?{urlencode(params, doseq=True)}" if params else path
        headers = _headers(call or current_call(), key, has_body=body is not None)
        try:
            answer = await self._transport.send(method, target, headers, None if body is None else to_json(body))
        except NoAnswerError as error:
            log.warning("api_unreachable", cause=error.args[0])
            raise ApiDownError from error
        if answer.status >= 400:
            raise _problem(answer)
        return answer


async def _unless_abandoned(asked: Coroutine[Any, Any, Answer]) -> Answer:
    """The answer to a request that keeps a renderer busy; when the caller hangs up it is ended (`AbandonedError`)."""
    receive = current_call().receive
    return await (asked if receive is None else while_connected(receive, asked))


def _headers(call: Call, key: str | None, *, has_body: bool) -> dict[str, str]:
    headers = {"X-Forwarded-For": call.address}
    if has_body:
        headers["Content-Type"] = "application/json"
    if request_id := structlog.contextvars.get_contextvars().get("request_id"):
        headers["X-Request-ID"] = str(request_id)
    if call.authorization is not None:
        headers["Authorization"] = call.authorization
    if key is not None:
        headers["Idempotency-Key"] = key
    return headers


def _parsed(kind: type[Model], answer: Answer) -> Model:
    try:
        return kind.model_validate_json(answer.content)
    except ValidationError as error:
        log.error("api_unreadable", model=kind.__name__, errors=error.error_count())  # noqa: TRY400 -- may quote users
        raise ApiDownError from None


def _problem(answer: Answer) -> ApiProblemError:
    try:
        document = json.loads(answer.content)
    except ValueError:
        document = {}
    seconds = answer.headers.get("Retry-After", "")
    return ApiProblemError(
        answer.status,
        document if isinstance(document, dict) else {},
        int(seconds) if seconds.isdecimal() else None,
    )


def _replayed(answer: Answer) -> bool:
    return bool(answer.headers.get("Idempotency-Replayed") == "true")
