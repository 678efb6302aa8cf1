"""Is this source good? The static check's word, then the compiler's.

An answer always says whether the source compiles. When no renderer can be asked, `RendererBusyError` or
`RendererLostError` (503 with Retry-After) says so instead: "not refused so far" would be taken for "right" by a
program that only looks at `ok`.
"""

from services.contracts.glsl import SourceError
from services.contracts.renderer import LimitCode
from services.contracts.shaders import Validation
from services.core.glsl.static_check import CheckedSource, SourceRefusedError, SourceTooLargeError, check
from services.core.kit.settings import LimitSettings
from services.core.renders.client import RendererPool
from services.core.renders.errors import CompileFailedError, LimitExceededError

_OVER_LIMIT: dict[str, str] = {
    LimitCode.COMPILE: "it takes the compiler too long; fewer or shorter loops and functions help",
    LimitCode.MEMORY: "it takes too much memory; smaller arrays and fewer inlined calls help",
    LimitCode.STILL: "drawing it takes too long; fewer iterations and cheaper steps help",
    LimitCode.JOB: "compiling and drawing it takes too long; fewer iterations and shorter functions help",
}
_FAILED = {
    "compile_failed": "the renderer's compiler refuses it",
    "loop_limit": "a loop in it runs for too long",
    "gpu_crash": "it makes the graphics driver crash",
    "gave_up": "renderers were lost while they drew it, or had too much else to do",
}


async def validate(
    pool: RendererPool, source: str, limits: LimitSettings, *, request_id: str | None = None
) -> Validation:
    """What is wrong with `source`, if anything; raises `RendererBusyError` or `RendererLostError`."""
    try:
        checked = await check(source, limits.source_bytes)
    except (SourceRefusedError, SourceTooLargeError) as error:
        return refused(error)
    try:
        answer = await pool.compile(checked.source, checked.dialect, request_id=request_id)
    except CompileFailedError as failed:
        return compiled(checked, failed.code, failed.errors)
    except LimitExceededError as failed:
        return over_limit(checked, failed)
    return compiled(checked, None if answer.ok else "compile_failed", answer.errors)


def reason_of(code: str) -> str:
    """Why a picture failed, in words, by its failure code."""
    return _OVER_LIMIT.get(code) or _FAILED.get(code, f"the renderer says {code}")


def refused(error: SourceRefusedError | SourceTooLargeError) -> Validation:
    """The answer for a source that the static check did not let pass."""
    errors = error.findings if isinstance(error, SourceRefusedError) else [SourceError(line=1, message=error.detail)]
    return Validation(ok=False, code=error.code, dialect=None, errors=errors, parameters=[], compiled=False)


def over_limit(checked: CheckedSource, failed: LimitExceededError) -> Validation:
    """The answer for a source that a renderer gave up on; the one error says what helps."""
    message = _OVER_LIMIT.get(failed.code, "it is over a limit of the renderer")
    return compiled(checked, failed.code, [SourceError(line=1, message=message)])


def compiled(checked: CheckedSource, code: str | None, errors: list[SourceError]) -> Validation:
    """The answer for a source that a compiler has seen; `code` is None for a good one."""
    return Validation(
        ok=code is None,
        code=code,
        dialect=checked.dialect,
        errors=errors,
        parameters=[dict(parameter) for parameter in checked.parameters],
        compiled=True,
    )
