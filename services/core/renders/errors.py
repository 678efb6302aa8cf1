"""What becomes of a call of a renderer that gives no result.

- `CompileFailedError`: the source is at fault; `errors` are for the author. Final.
- `LimitExceededError`: the source is over a limit, `code` says which. Final.
- `RendererBusyError`: nobody took the job. Come back after `retry_after` seconds, the least that a renderer has
  measured.
- `RendererSlowError`, one of these: a renderer took it, and had not the processors to say what it costs (503
  `renderer_slow`). Nothing is known of it; the next try may take longer, so the caller counts them.
- `RendererLostError`: a renderer took the job and did not give a proper answer. It may have been the job's fault, so
  the pool does not try the job on another renderer; the caller counts attempts.
"""

from pydantic import ValidationError

from services.contracts.glsl import SourceError
from services.contracts.renderer import MAX_ERRORS, LimitCode, Problem
from services.core.kit.errors import UnavailableError

_LIMITS = frozenset(LimitCode)
_SLOW = "renderer_slow"


class CompileFailedError(Exception):
    """The source does not compile, or draws nothing; `code` is the renderer's."""

    def __init__(self, code: str, errors: list[SourceError]) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors


class LimitExceededError(Exception):
    """The source is over a limit of size, time or memory; `code` is the renderer's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class RendererBusyError(UnavailableError):
    """No renderer took the job within the wait; nothing was done."""

    code = "renderer_busy"
    title = "All renderers are busy"

    def __init__(self, retry_after: int = 2) -> None:
        super().__init__(f"All renderers are busy; come back in {retry_after} s", retry_after=retry_after)
        self.retry_after = retry_after


class RendererSlowError(RendererBusyError):
    """A renderer took the job and had too much else to do to end it."""


class RendererLostError(UnavailableError):
    """A renderer took the job and gave no proper answer."""

    code = "renderer_lost"
    title = "The renderer was lost while it worked"


def is_slow(content: bytes) -> bool:
    """Whether a problem document says that the renderer took the job and could not end it."""
    try:
        return Problem.model_validate_json(content).code == _SLOW
    except ValidationError:
        return False


def refusal(status: int, content: bytes) -> Exception:
    """The error that a problem document stands for."""
    if status == 503 and is_slow(content):
        return RendererSlowError()
    if status >= 500 and status not in (504, 507):
        return RendererLostError()
    try:
        problem = Problem.model_validate_json(content)
    except ValidationError:
        return RendererLostError("The renderer's answer breaks the contract")
    if status == 422:
        return CompileFailedError(problem.code, problem.errors[:MAX_ERRORS])
    if problem.code in _LIMITS:
        return LimitExceededError(problem.code)
    if status == 408:
        return RendererBusyError()  # We were too slow to send the body, which says nothing about the shader.
    return RendererLostError(f"The renderer refused the request with {status}")
