"""The error tree: every refusal that a caller sees is a `FractafragError`.

An error carries its HTTP status and a stable `code`, so that the API, MCP and the worker report the same
thing. Subclasses live beside the rule that raises them; only those that several domains share are here.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class FractafragError(Exception):
    """A refusal with a sentence for the caller.

    `detail` is shown to the caller as it is; it never holds a secret or another user's data. `extra` adds
    members to the problem document, `headers` to the response.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong"

    def __init__(
        self,
        detail: str | None = None,
        *,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})


class NotFoundError(FractafragError):
    """The thing does not exist, or the caller may not know that it does."""

    status = 404
    code = "not_found"
    title = "There is nothing here"


class ForbiddenError(FractafragError):
    """The caller is known and may not do this."""

    status = 403
    code = "forbidden"
    title = "You may not do this"


class UnauthorizedError(FractafragError):
    """No valid credential came with the request."""

    status = 401
    code = "unauthorized"
    title = "Sign in first"


class ConflictError(FractafragError):
    """The request does not fit the present state."""

    status = 409
    code = "conflict"
    title = "This does not fit the present state"


class InvalidInputError(FractafragError):
    """The request is well-formed, but a value in it is not acceptable."""

    status = 422
    code = "invalid_input"
    title = "A value is not acceptable"


class TooLargeError(FractafragError):
    """The request body, or a part of it, is over its limit."""

    status = 413
    code = "too_large"
    title = "This is too large"


class RateLimitedError(FractafragError):
    """Too many requests; `Retry-After` says when to come back, in seconds."""

    status = 429
    code = "rate_limited"
    title = "Too many requests"

    def __init__(self, retry_after: int, detail: str | None = None) -> None:
        super().__init__(detail, headers={"Retry-After": str(max(1, retry_after))})


class UnavailableError(FractafragError):
    """Something that we depend on is down; the same request will work later."""

    status = 503
    code = "unavailable"
    title = "A part of the service is down at the moment"

    def __init__(self, detail: str | None = None, retry_after: int = 5) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})
