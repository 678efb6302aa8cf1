"""A route for a list that is asked for more than all others.

FastAPI takes about as long to look into the parameters and dependencies of such a request as to answer it. So queries
of the form that clients send are read here, and the endpoint is called with the caller. All others, and what is
documented, go FastAPI's way; both give the same.
"""

import re
from collections.abc import Callable, Coroutine
from typing import Any, cast

from fastapi import Request, Response
from fastapi.routing import APIRoute

from services.api.authentication import maybe_caller

_USUAL = re.compile(rb"(?:limit=(?P<limit>[1-9][0-9]?|100))?(?:(?:^|&)cursor=(?P<cursor>[\w-]{1,500}))?")


class QuickRoute(APIRoute):
    """For an endpoint that takes `request`, `caller`, `cursor` and `limit`, and gives a response."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """As FastAPI says."""
        usual = super().get_route_handler()

        async def handle(request: Request) -> Response:
            match = _USUAL.fullmatch(request.scope["query_string"])
            if match is None:
                return await usual(request)
            given: dict[str, Any] = {}
            if match["limit"]:
                given["limit"] = int(match["limit"])
            if match["cursor"]:
                given["cursor"] = match["cursor"].decode()
            return cast("Response", await self.endpoint(request, await maybe_caller(request), **given))

        return handle
