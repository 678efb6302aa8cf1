"""The audit of API keys: a row for each request by a key that changed something, in the transaction of the change."""

from datetime import UTC, datetime

import structlog
from fastapi import Request, Response

from services.api import limits
from services.core.identity.caller import Caller
from services.core.keys.models import ApiKeyUse
from services.core.kit.database import WriteSession


def note(session: WriteSession, request: Request, response: Response) -> None:
    """Write down what the request did if it came with a key; it has succeeded, and its transaction commits next."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None or caller.key_id is None:
        return
    route = request.scope["route"]
    session.add(
        ApiKeyUse(
            key_id=caller.key_id,
            user_id=caller.user_id,
            at=datetime.now(UTC),
            method=request.method,
            route=route.path[:200],
            path=response.headers.get("location", request.url.path)[:300],
            status=response.status_code or route.status_code or 200,
            request_id=structlog.contextvars.get_contextvars().get("request_id"),
            address=limits.address_of(request)[:64],
        )
    )
