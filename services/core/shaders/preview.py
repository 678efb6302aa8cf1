"""A look at a source that nobody has published: checked, compiled, drawn, and not kept.

What is wrong with the source is an answer with `ok` false, as in a validation. `RendererBusy` and `RendererLost` (503
with Retry-After) say that it could not be drawn now, and nothing about the source.
"""

import base64
import secrets

from services.core.renders.answers import RenderAnswer
from services.core.renders.client import CompileFailed, LimitExceeded, RendererPool, StillOrder
from services.core.settings import LimitSettings
from services.core.shaders.gate import CheckedSource, SourceRefusedError, SourceTooLargeError, check
from services.core.shaders.parameters import clamp_parameters
from services.core.shaders.preview_schemas import PreviewPicture, PreviewRequest, ShaderPreview
from services.core.shaders.schemas import Validation
from services.core.shaders.validation import compiled, over_limit, refused

_ONE_WIDTH, _SEVERAL_WIDTH = 512, 256
# Whoever asks sits and waits: a free renderer is waited for so long and no longer.
_WAIT_SECONDS = 4.0


async def preview(
    pool: RendererPool, order: PreviewRequest, limits: LimitSettings, *, request_id: str | None = None
) -> ShaderPreview:
    """What `order` shows, or what is wrong with it; raises `RendererBusy` or `RendererLost`."""
    try:
        checked = await check(order.source, limits.source_bytes)
    except (SourceRefusedError, SourceTooLargeError) as error:
        return _without_picture(refused(error))
    try:
        answer = await _draw(pool, checked, order, request_id)
    except CompileFailed as failed:
        return _without_picture(compiled(checked, failed.code, failed.errors))
    except LimitExceeded as failed:
        return _without_picture(over_limit(checked, failed))
    found = compiled(checked, None, [])
    return ShaderPreview(**found.model_dump(), animated=answer.animated, picture=_picture(answer))


async def _draw(
    pool: RendererPool, checked: CheckedSource, order: PreviewRequest, request_id: str | None
) -> RenderAnswer:
    width, height = _frame(order)
    return await pool.render(
        checked.source,
        checked.dialect,
        job_id=f"look.{secrets.token_hex(8)}",
        parameters=clamp_parameters(checked.parameters, order.parameter_values),
        still=StillOrder(width=width, height=height, time=order.times[0] if order.times else None),
        request_id=request_id,
        wait_seconds=_WAIT_SECONDS,
    )


def _frame(order: PreviewRequest) -> tuple[int, int]:
    """Pixels of a frame, both even."""
    several = order.times is not None and len(order.times) > 1
    width = order.width or (_SEVERAL_WIDTH if several else _ONE_WIDTH)
    return width // 2 * 2, round(width * 9 / 32) * 2


def _picture(answer: RenderAnswer) -> PreviewPicture:
    still = answer.still
    assert still is not None  # noqa: S101 -- the pool checks that it is there when it was ordered
    return PreviewPicture(
        content_type=still.content_type,
        width=still.width,
        height=still.height,
        columns=1,
        rows=1,
        times=[still.time],
        flat=[still.flat],
        average_color=still.average_color,
        data=base64.b64encode(still.data).decode(),
    )


def _without_picture(found: Validation) -> ShaderPreview:
    return ShaderPreview(**found.model_dump(), animated=None, picture=None)
