"""Is this source good? The static gate's word, then the compiler's.

An answer always says whether the source compiles. When no renderer can be asked, `RendererBusy` or `RendererLost`
(503 with Retry-After) says so instead: "not refused so far" would be taken for "right" by a program that only looks
at `ok`.
"""

from services.core.renders.answers import SourceError
from services.core.renders.client import CompileFailed, LimitExceeded, RendererPool
from services.core.settings import LimitSettings
from services.core.shaders.gate import CheckedSource, SourceRefusedError, SourceTooLargeError, check
from services.core.shaders.schemas import Validation

_OVER_LIMIT = {
    "compile_timeout": "it takes the compiler too long; fewer or shorter loops and functions help",
    "memory_limit": "it takes the compiler too much memory; smaller arrays and fewer inlined calls help",
}


async def validate(
    pool: RendererPool, source: str, limits: LimitSettings, *, request_id: str | None = None
) -> Validation:
    """What is wrong with `source`, if anything; raises `RendererBusy` or `RendererLost`."""
    try:
        checked = await check(source, limits.source_bytes)
    except SourceRefusedError as refused:
        return _refused(refused.code, refused.findings)
    except SourceTooLargeError as refused:
        return _refused(refused.code, [SourceError(line=1, message=refused.detail)])
    try:
        answer = await pool.compile(checked.source, checked.dialect, request_id=request_id)
    except CompileFailed as failed:
        return _compiled(checked, failed.code, failed.errors)
    except LimitExceeded as failed:
        message = _OVER_LIMIT.get(failed.code, "it is over a limit of the compiler")
        return _compiled(checked, failed.code, [SourceError(line=1, message=message)])
    return _compiled(checked, None if answer.ok else "compile_failed", answer.errors)


def _refused(code: str, errors: list[SourceError]) -> Validation:
    return Validation(ok=False, code=code, dialect=None, errors=errors, parameters=[], compiled=False)


def _compiled(checked: CheckedSource, code: str | None, errors: list[SourceError]) -> Validation:
    return Validation(
        ok=code is None,
        code=code,
        dialect=checked.dialect,
        errors=errors,
        parameters=[dict(parameter) for parameter in checked.parameters],
        compiled=True,
    )
