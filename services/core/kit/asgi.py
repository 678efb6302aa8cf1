"""What middlewares of several processes do to a request, in ASGI's own words."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]


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
