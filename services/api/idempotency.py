"""`Idempotency-Key` on the HTTP side: keep the answer in the request's transaction, and replay it.

`IdempotencyDep` (deps.py) claims the key; `IdempotentRoute` stores the finished response before the transaction of
the request commits. An answer of 400 and more, or a streamed one, is not kept. A route whose answer holds a secret
says by `keep_instead` what is kept in its place.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.responses import StreamingResponse

from services.core.kit import idempotency
from services.core.kit.database import WriteSession
from services.core.kit.idempotency import StoredAnswer


class ReplayError(Exception):
    """Not an error: the request was answered before, and `answer` is sent again."""

    def __init__(self, answer: StoredAnswer) -> None:
        super().__init__("replay")
        self.answer = answer


@dataclass(slots=True)
class Claim:
    """A key that this request claimed in `session`."""

    session: WriteSession
    scope: str
    key: str
    instead: bytes | None = None

    async def keep(self, response: Response) -> None:
        """Store `response` with the key."""
        if response.status_code >= 400 or isinstance(response, StreamingResponse):
            await idempotency.forget(self.session, scope=self.scope, key=self.key)
            return
        answer = StoredAnswer(
            status=response.status_code,
            content_type=response.headers.get("content-type", ""),
            body=bytes(response.body) if self.instead is None else self.instead,
            location=response.headers.get("location"),
        )
        await idempotency.finish(self.session, scope=self.scope, key=self.key, answer=answer)


def keep_instead(request: Request, body: BaseModel) -> None:
    """Keep this body with the request's `Idempotency-Key`, if it has one, and not the one that is sent."""
    claim: Claim | None = getattr(request.state, "idempotency", None)
    if claim is not None:
        claim.instead = body.model_dump_json().encode()


class IdempotentRoute(APIRoute):
    """A route whose answer is kept when the request claimed an `Idempotency-Key`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler, which runs inside the request's transaction."""
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            response = await handler(request)
            claim: Claim | None = getattr(request.state, "idempotency", None)
            if claim is not None:
                await claim.keep(response)
            return response

        return handle


def install_replay(app: FastAPI) -> None:
    """Answer `ReplayError` with what was stored."""
    app.add_exception_handler(ReplayError, _replay)


async def _replay(_: Request, error: Exception) -> Response:
    assert isinstance(error, ReplayError)  # noqa: S101 -- tells mypy what Starlette promises
    answer = error.answer
    response = Response(answer.body, answer.status, {"Idempotency-Replayed": "true"})
    if answer.content_type:
        response.headers["Content-Type"] = answer.content_type
    if answer.location:
        response.headers["Location"] = answer.location
    return response
