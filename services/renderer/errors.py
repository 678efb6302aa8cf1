"""What the renderer answers when it does not answer with a picture.

Each error is one `code` of the HTTP contract. None of them carries an author's text except `CompileFailedError`,
whose `errors` go to the caller and never to a log.
"""

from collections.abc import Sequence
from typing import ClassVar

from services.contracts.glsl import SourceError
from services.contracts.renderer import MAX_ERRORS, LimitCode
from services.core.kit.errors import FractafragError


class BadRequestError(FractafragError):
    """The request is not one of ours."""

    status = 400
    code = "bad_request"
    title = "The request is not valid"


class SourceTooLargeError(FractafragError):
    """The shader, or the request around it, is over its size."""

    status = 413
    code = LimitCode.SOURCE
    title = "The shader is too large"


class CompileFailedError(FractafragError):
    """The shader does not compile; `errors` are on the author's own lines."""

    status = 422
    code = "compile_failed"
    title = "The shader does not compile"

    def __init__(self, errors: Sequence[SourceError]) -> None:
        super().__init__(extra={"errors": [error.model_dump() for error in errors[:MAX_ERRORS]]})


class UnknownDialectError(CompileFailedError):
    """There is no entry point of a dialect that we know."""

    code = "unknown_dialect"
    title = "No entry point was found: write mainImage, or a main that sets a colour"


class LoopLimitError(CompileFailedError):
    """The backend would end the shader's loops early and draw something else than the author wrote."""

    code = "loop_limit"
    title = "The shader's loops run more than 60,000 times for one pixel, which this renderer cannot draw rightly"

    def __init__(self) -> None:
        super().__init__([SourceError(line=1, message=self.title)])


class GpuCrashError(CompileFailedError):
    """The shader brings down the process that draws it, each time."""

    code = "gpu_crash"
    title = "The shader makes the graphics driver crash"

    def __init__(self) -> None:
        message = (
            f"{self.title}, each time it is drawn. Often that is a whole number divided by -1 (`/=` or `%=`) where the "
            "number may be the lowest of all, -2147483648"
        )
        super().__init__([SourceError(line=1, message=message)])


class SlowBodyError(FractafragError):
    """The request did not arrive in time."""

    status = 408
    code = "slow_body"
    title = "The body did not arrive in time"

    def __init__(self) -> None:
        super().__init__("Send it faster", headers={"Connection": "close"})


class TimeLimitError(FractafragError):
    """A stage of the job (compile, still, preview) or the job itself took too long."""

    status = 408
    title = "The shader takes too long"
    stages: ClassVar[dict[str, str]] = {
        "compile": "Compiling the shader takes too long",
        "still": "Drawing the picture takes too long",
        "preview": "Drawing the preview takes too long",
        "job": "Rendering the shader takes too long",
    }

    def __init__(self, stage: str) -> None:
        super().__init__(self.stages[stage])
        self.stage = stage

    @property
    def code(self) -> str:  # type: ignore[override] # one class for four codes
        """The stage's own code, `still_timeout` for one."""
        return f"{self.stage}_timeout"


class MemoryLimitError(FractafragError):
    """Compiling or drawing the shader takes too much memory."""

    status = 507
    code = LimitCode.MEMORY
    title = "The shader needs too much memory"


class QueueFullError(FractafragError):
    """Too many jobs are waiting; `Retry-After` says when to come back."""

    status = 429
    code = "queue_full"
    title = "The renderer has enough to do"

    def __init__(self, retry_after: int) -> None:
        super().__init__(headers={"Retry-After": str(retry_after)})


class NotReadyError(FractafragError):
    """There is no browser at the moment; the detail says why."""

    status = 503
    code = "not_ready"
    title = "The renderer is not ready"

    def __init__(self, detail: str, retry_after: int = 5) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after)})


class DrainingError(FractafragError):
    """The renderer is about to stop and takes nothing new."""

    status = 503
    code = "draining"
    title = "The renderer is about to stop"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class RendererLostError(FractafragError):
    """The browser died twice over this job; another renderer may have more luck."""

    status = 500
    code = "renderer_lost"
    title = "The browser died while it drew this"


class RendererSlowError(FractafragError):
    """The shader did not get the processor time that its limit is; on a machine that has less to do it may be drawn."""

    status = 503
    code = "renderer_slow"
    title = "The renderer is too busy to draw this in time"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})


class OutrankedError(FractafragError):
    """Somebody waits for a picture; what nobody waits for is drawn later."""

    status = 503
    code = "outranked"
    title = "The renderer has something to draw that somebody waits for"

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "5"})
