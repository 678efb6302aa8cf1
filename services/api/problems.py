"""Every error as a problem document (RFC 9457) with a stable `code`; nothing internal gets out."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from services.api.routing import methods_at
from services.core.kit.errors import FractafragError

log = structlog.get_logger("problems")

_CODES = {404: "not_found", 405: "method_not_allowed", 400: "bad_request", 413: "too_large", 415: "unsupported_media"}


class Problem(BaseModel):
    """An error. `code` is stable; `detail` is for people; further members depend on the code."""

    type: str = Field("about:blank", examples=["about:blank"])
    title: str = Field(examples=["This does not fit the present state"])
    status: int = Field(examples=[409])
    code: str = Field(examples=["stale_version"])
    detail: str = Field(examples=["Version 3 exists since you began with version 2"])
    request_id: str | None = None


class ProblemResponse(JSONResponse):
    """A JSON response of the problem media type."""

    media_type = "application/problem+json"


def problem(
    status: int, code: str, title: str, detail: str, *, extra: dict[str, Any] | None = None, headers: Any = None
) -> ProblemResponse:
    """A problem document as a response."""
    request_id = structlog.contextvars.get_contextvars().get("request_id")
    body = Problem(title=title, status=status, code=code, detail=detail, request_id=request_id).model_dump()
    return ProblemResponse({**body, **(extra or {})}, status_code=status, headers=dict(headers or {}))


def problem_of(error: FractafragError) -> ProblemResponse:
    """A refusal of ours as a response."""
    if error.status >= 500:
        log.warning("refused", code=error.code, cause=type(error.__cause__).__name__ if error.__cause__ else None)
    return problem(error.status, error.code, error.title, error.detail, extra=error.extra, headers=error.headers)


def install_problems(app: FastAPI) -> None:
    """Register the handlers on `app`; what is unexpected passes on to `Shield`."""
    app.add_exception_handler(FractafragError, _known)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)


async def _known(_: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, FractafragError)  # noqa: S101 -- tells mypy what Starlette promises
    return problem_of(error)


async def _malformed(_: Request, error: Exception) -> ProblemResponse:
    """Where each value is wrong and why, without giving the value back."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 -- as above
    fields = [
        {"in": str(part["loc"][0]), "field": ".".join(map(str, part["loc"][1:])), "message": part["msg"]}
        for part in error.errors()[:20]
    ]
    detail = "; ".join(f"{field['field'] or field['in']}: {field['message']}" for field in fields[:3])
    return problem(422, "malformed", "The request is malformed", detail, extra={"fields": fields})


async def _http(request: Request, error: Exception) -> ProblemResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 -- as above
    code, headers = _CODES.get(error.status_code, "http_error"), dict(error.headers or {})
    if error.status_code == 405 and (methods := methods_at(request.app, request.scope["path"])):
        headers["Allow"] = ", ".join(methods)
    return problem(error.status_code, code, str(error.detail), str(error.detail), headers=headers)
