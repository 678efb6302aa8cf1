"""The naive design, for comparison: a new page for each job, setContent, wait, screenshot as PNG.

A preview is one page and as many screenshots as it has frames, put together by Pillow. Beside it stands the limit of
any design that draws in Chromium: one page and one context that translate, draw and read back; no picture leaves them.
Run by `tests/benchmarks/renderer.py` as a process of its own: it reads orders as JSON lines and answers each with one.
"""

import asyncio
import io
import json
import sys
import time
from typing import Any

import pyppeteer
from PIL import Image
from pyppeteer.browser import Browser

_PAGE = """<!doctype html><body style="margin:0"><canvas id="c" width="%(width)d" height="%(height)d"></canvas><script>
const gl = document.getElementById("c").getContext("webgl2", { alpha: false, preserveDrawingBuffer: true });
const make = (kind, text) => {
  const shader = gl.createShader(kind);
  gl.shaderSource(shader, text);
  gl.compileShader(shader);
  return shader;
};
const program = gl.createProgram();
gl.attachShader(program, make(gl.VERTEX_SHADER, `#version 300 es
void main() { gl_Position = vec4(vec2((gl_VertexID << 1) & 2, gl_VertexID & 2) * 2.0 - 1.0, 0.0, 1.0); }`));
gl.attachShader(program, make(gl.FRAGMENT_SHADER, %(source)s));
gl.linkProgram(program);
gl.useProgram(program);
gl.uniform3f(gl.getUniformLocation(program, "iResolution"), %(width)d, %(height)d, 1);
window.draw = (time) => new Promise((drawn) => {
  gl.uniform1f(gl.getUniformLocation(program, "iTime"), time);
  gl.drawArrays(gl.TRIANGLES, 0, 3);
  requestAnimationFrame(() => requestAnimationFrame(() => drawn(gl.getError())));
});
draw(1.0).then(() => { window.done = true; });
</script>"""
_LIMIT = """<!doctype html><script>
const canvas = new OffscreenCanvas(%(width)d, %(height)d);
const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false });
gl.colorMask(true, true, true, false); // With alpha llvmpipe would translate each shader twice.
const pixels = new Uint8Array(%(width)d * %(height)d * 4);
const make = (kind, text) => {
  const shader = gl.createShader(kind);
  gl.shaderSource(shader, text);
  gl.compileShader(shader);
  return shader;
};
const corners = make(gl.VERTEX_SHADER, `#version 300 es
void main() { gl_Position = vec4(vec2((gl_VertexID << 1) & 2, gl_VertexID & 2) * 2.0 - 1.0, 0.0, 1.0); }`);
function still(text) {
  const started = performance.now();
  const program = gl.createProgram();
  const fragment = make(gl.FRAGMENT_SHADER, text);
  gl.attachShader(program, corners);
  gl.attachShader(program, fragment);
  gl.linkProgram(program);
  gl.useProgram(program);
  gl.uniform3f(gl.getUniformLocation(program, "iResolution"), %(width)d, %(height)d, 1);
  gl.uniform1f(gl.getUniformLocation(program, "iTime"), 1);
  gl.drawArrays(gl.TRIANGLES, 0, 3);
  gl.readPixels(0, 0, %(width)d, %(height)d, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  gl.deleteShader(fragment);
  gl.deleteProgram(program);
  if (gl.getError() !== gl.NO_ERROR) throw new Error("it was not drawn");
  return (performance.now() - started) / 1000;
}
</script>"""
_WRAP = """#version 300 es
precision highp float;
uniform vec3 iResolution;
uniform float iTime;
out vec4 ff_color;
%s
void main() { mainImage(ff_color, gl_FragCoord.xy); }
"""


async def still(browser: Browser, source: str, width: int, height: int) -> bytes:
    """One picture as PNG."""
    page = await _opened(browser, source, width, height)
    picture: bytes = await page.screenshot(type="png")
    await page.close()
    return picture


async def preview(browser: Browser, source: str, order: dict[str, Any]) -> bytes:
    """A loop as animated WebP."""
    page = await _opened(browser, source, order["width"], order["height"])
    images = []
    for frame in range(order["frames"]):
        await page.evaluate(f"draw({1.0 + frame * order['seconds'] / order['frames']})")
        images.append(Image.open(io.BytesIO(await page.screenshot(type="png"))).convert("RGB"))
    await page.close()
    buffer = io.BytesIO()
    duration = round(1000 * order["seconds"] / order["frames"])
    images[0].save(
        buffer, "WEBP", save_all=True, append_images=images[1:], duration=duration, loop=0, quality=75, method=2
    )
    return buffer.getvalue()


async def limit(browser: Browser, order: dict[str, Any]) -> list[float]:
    """Seconds of each still that stays in its page."""
    page = await browser.newPage()
    await page.setContent(_LIMIT % order)
    times: list[float] = await page.evaluate(
        "(texts) => texts.map(still)", [_WRAP % source for source in order["sources"]]
    )
    await page.close()
    return times


async def _opened(browser: Browser, source: str, width: int, height: int) -> Any:
    page = await browser.newPage()
    await page.setViewport({"width": width, "height": height})
    await page.setContent(_PAGE % {"width": width, "height": height, "source": json.dumps(_WRAP % source)})
    await page.waitForFunction("window.done === true")
    return page


async def _serve(browser: Browser, order: dict[str, Any]) -> dict[str, Any]:
    if order["kind"] == "limit":
        times = await limit(browser, order)
        return {"seconds": sum(times), "times": times}
    times = []
    places = asyncio.Semaphore(order["at_once"])

    async def one(source: str) -> None:
        async with places:
            started = time.perf_counter()
            if order["kind"] == "still":
                await still(browser, source, order["width"], order["height"])
            else:
                await preview(browser, source, order)
            times.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*(one(source) for source in order["sources"]))
    return {"seconds": time.perf_counter() - started, "times": times}


async def _main() -> None:
    launch = json.loads(sys.stdin.readline())
    browser = await pyppeteer.launch(executablePath=launch["binary"], args=launch["flags"], headless=True)
    loop = asyncio.get_running_loop()
    print(json.dumps({"version": await browser.version()}), flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await _serve(browser, json.loads(line))), flush=True)
    await browser.close()


if __name__ == "__main__":
    asyncio.run(_main())
