"""The fake as an ASGI application: the API, its pages, and `/_fake`, by which it is told what to do."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from tests.stripe.control import orders
from tests.stripe.delivery import Deliverer
from tests.stripe.faults import BrokenError
from tests.stripe.pages import Pages
from tests.stripe.server import Stripe, asked_from


def app_of(fake: Stripe, *, delivers: bool = False) -> Starlette:
    """The application. `delivers`: it sends its events by itself, in order, until they arrive."""

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with Deliverer(fake).running() if delivers else contextlib.nullcontext():
            yield

    routes = [Mount("/_fake", routes=orders(fake)), *Pages(fake).routes(), Mount("/", app=_Api(fake))]
    return Starlette(routes=routes, lifespan=lifespan)


class _Api:
    """The API itself."""

    def __init__(self, fake: Stripe) -> None:
        self._fake = fake

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        try:
            answer = self._fake.answer(asked_from(request.method, str(request.url), dict(request.headers), body))
        except BrokenError:
            # Less than what was announced: the server closes the connection.
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
            return
        await asyncio.sleep(answer.seconds)
        await Response(answer.body, answer.status, dict(answer.headers))(scope, receive, send)
