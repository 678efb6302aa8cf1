"""What a browser must show before it gets a stranger's shader.

The right renderer string, a picture of which every pixel is known, and, for the first browser of a backend, that
all of this works again after its GPU process was killed.
"""

from functools import partial

import numpy as np
import structlog

from services.core.kit.errors import FractafragError
from services.renderer.browser import Browser, BrowserStartError, Launcher
from services.renderer.chromium import renderer_matches
from services.renderer.limits import Limit, Watcher
from services.renderer.page_server import Pixels
from services.renderer.slot import LostError, Slot
from services.renderer.wire import OPEN, STILL, OpenCommand, StillCommand

_log = structlog.get_logger("renderer.selftest")
_WIDTH, _HEIGHT = 96, 64
# Long, because a machine that is busy at our start must not end up with another backend.
_PATIENCE_SECONDS = 10.0
_PATIENCE = Limit("compile", _PATIENCE_SECONDS, _PATIENCE_SECONDS, 0)
_SHADER = """#version 300 es
precision highp float;
precision highp int;
out vec4 color;
void main() {
  ivec2 p = ivec2(gl_FragCoord.xy);
  color = vec4(vec3(p.x & 255, p.y & 255, (p.x ^ p.y) & 255) / 255.0, 0.25);
}
"""


class SelfTestError(Exception):
    """The browser is up and does not draw as it must; the message is for the operator."""


async def start_slot(launcher: Launcher, watcher: Watcher, *, thorough: bool) -> Slot:
    """A slot that passed the test; raises `SelfTestError` or `BrowserStartError` and leaves nothing running."""
    browser = await Browser.launch(launcher)
    slot = Slot(browser, launcher, watcher)
    try:
        await _test(slot, launcher, thorough=thorough)
    except BaseException:
        await slot.close()
        raise
    return slot


async def _test(slot: Slot, launcher: Launcher, *, thorough: bool) -> None:
    try:
        if not await slot.recover(_PATIENCE_SECONDS):
            raise SelfTestError(f"Chromium gives no WebGL2 with the {launcher.backend} backend")
        if not renderer_matches(launcher.backend, slot.renderer):
            raise SelfTestError(f"WebGL is drawn by {slot.renderer[:120]!r} and not by {launcher.backend}")
        await _compare(slot)
        if thorough:
            slot.browser.kill_gpu()
            if not await slot.recover(_PATIENCE_SECONDS):
                raise SelfTestError("WebGL2 did not come back after its GPU process was killed")
            await _compare(slot)
    except (LostError, FractafragError, BrowserStartError) as error:
        raise SelfTestError(f"the test picture could not be drawn: {error}") from error


async def _compare(slot: Slot) -> None:
    opening = OpenCommand(
        width=_WIDTH, height=_HEIGHT, source=_SHADER, dialect="es300", parameters={}, loop_limit=False
    )
    opened = await slot.step(OPEN, opening, _PATIENCE)
    if not opened.ok:
        raise SelfTestError("the test shader does not compile")
    size = {"width": _WIDTH, "height": _HEIGHT}
    still = partial(StillCommand, **size, time=0.0, limit=_PATIENCE_SECONDS, share=1.0)
    _, coming = await slot.draw(STILL, lambda delivery: still(delivery=delivery), _PATIENCE)
    if not _is_right(await slot.received(coming)):
        raise SelfTestError("the test picture has wrong pixels")


def _is_right(pixels: Pixels) -> bool:
    y, x = np.mgrid[0:_HEIGHT, 0:_WIDTH]
    expected = np.stack([x & 255, y & 255, (x ^ y) & 255], axis=-1)
    drawn = np.frombuffer(pixels.data, dtype=np.uint8).reshape(pixels.height, pixels.width, 4)
    return drawn.shape[:2] == (_HEIGHT, _WIDTH) and bool(np.array_equal(drawn[:, :, :3], expected))
