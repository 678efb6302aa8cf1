"""A look at a source that nobody has published: checked, compiled, drawn, and not kept.

What is wrong with the source is an answer with `ok` false, as in a validation. `RendererBusyError` and
`RendererLostError` (503 with Retry-After) say that it could not be drawn now, and nothing about the source.
"""

import base64
import secrets

from services.contracts.renderer import Sheet, SheetOptions
from services.contracts.shaders import PreviewPicture, ShaderPreview, Validation
from services.core.glsl.parameters import clamp_parameters
from services.core.glsl.static_check import CheckedSource, SourceRefusedError, SourceTooLargeError, check
from services.core.kit.settings import LimitSettings
from services.core.renders.answers import CheckedResult, flashes_too_often
from services.core.renders.client import RendererPool
from services.core.renders.errors import CompileFailedError, LimitExceededError
from services.core.renders.preview_schemas import PreviewRequest
from services.core.renders.validation import compiled, over_limit, refused

MAX_BYTES = 150_000
# How many frames stand side by side, for 1 to 9 of them: as near to a square of frames as leaves no or few cells empty.
_COLUMNS = (1, 2, 3, 2, 3, 3, 3, 3, 3)
_ONE_WIDTH, _SEVERAL_WIDTH = 512, 256
# Whoever asks sits and waits: a free renderer is waited for so long and no longer.
_WAIT_SECONDS = 4.0


async def preview(
    pool: RendererPool, body: PreviewRequest, limits: LimitSettings, *, request_id: str | None = None
) -> ShaderPreview:
    """What `body` shows, or what is wrong with it; raises `RendererBusyError` or `RendererLostError`."""
    try:
        checked = await check(body.source, limits.source_bytes)
    except (SourceRefusedError, SourceTooLargeError) as error:
        return _without_picture(refused(error))
    try:
        sheet, answer = await _draw(pool, checked, body, request_id)
    except CompileFailedError as failed:
        return _without_picture(compiled(checked, failed.code, failed.errors))
    except LimitExceededError as failed:
        return _without_picture(over_limit(checked, failed))
    found = compiled(checked, None, [])
    return ShaderPreview(
        **found.model_dump(),
        animated=answer.animated,
        flashes=flashes_too_often(answer.flashes),
        flash_count=answer.flashes,
        picture=_picture(sheet),
    )


async def _draw(
    pool: RendererPool, checked: CheckedSource, body: PreviewRequest, request_id: str | None
) -> tuple[Sheet, CheckedResult]:
    times = sorted(set(body.times)) if body.times else None
    frames = len(times) if times else 1
    width = body.width or (_ONE_WIDTH if frames == 1 else _SEVERAL_WIDTH)
    return await pool.sheet(
        checked.source,
        checked.dialect,
        job_id=f"look.{secrets.token_hex(8)}",
        parameters=clamp_parameters(checked.parameters, body.parameter_values),
        sheet=SheetOptions(
            # Frames have even sides.
            width=width // 2 * 2,
            height=round(width * 9 / 32) * 2,
            times=times,
            columns=_COLUMNS[frames - 1],
            max_bytes=MAX_BYTES,
        ),
        request_id=request_id,
        wait_seconds=_WAIT_SECONDS,
    )


def _picture(sheet: Sheet) -> PreviewPicture:
    fields = sheet.model_dump(exclude={"data"})
    return PreviewPicture(**fields, data=base64.b64encode(sheet.data).decode())


def _without_picture(found: Validation) -> ShaderPreview:
    return ShaderPreview(**found.model_dump(), animated=None, picture=None)
