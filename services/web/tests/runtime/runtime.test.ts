import { expect, test } from "vitest";
import { ShaderRuntime } from "../../runtime";

test("a Shadertoy shader draws the pixels that it computes", () => {
  const gl = new OffscreenCanvas(4, 4).getContext("webgl2", { alpha: false, antialias: false });
  if (gl === null) throw new Error("no WebGL2");
  const runtime = new ShaderRuntime(gl);
  const result = runtime.compile("void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, iTime, 0.0); }");
  expect(result.errors).toEqual([]);
  runtime.draw({ time: 1, width: 4, height: 4 });
  const pixels = new Uint8Array(64);
  gl.readPixels(0, 0, 4, 4, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
  expect([...pixels.slice(0, 8)]).toEqual([32, 32, 255, 255, 96, 32, 255, 255]);
});
