"""What processes with a port do to a request, in ASGI's own words."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from typing import Any, TypeVar

from services.core.kit.errors import FractafragError

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
T = TypeVar("T")


class AbandonedError(FractafragError):
    """The caller went away; nobody sees this answer."""

    status = 499
    code = "abandoned"
    title = "The caller went away"


def replayed(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives `body`, which was read from `receive` as a whole, and then what comes after it."""
    handed = False

    async def receive_again() -> MutableMapping[str, Any]:
        nonlocal handed
        if handed:
            return await receive()
        handed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


async def disconnected(receive: Receive) -> None:
    """Return when the caller of a request whose body was read goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def while_connected(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`; it is cancelled when the caller goes away, which raises `AbandonedError`.

    For work that holds something dear, such as a renderer, and changes nothing. The body was read before.
    """
    working = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(disconnected(receive))
    try:
        await asyncio.wait({working, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise AbandonedError
        return working.result()
    finally:
        working.cancel()
        gone.cancel()
        await asyncio.gather(working, gone, return_exceptions=True)
