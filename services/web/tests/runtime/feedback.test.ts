import { describe, expect, test } from "vitest";
import { Canvas } from "./canvas";
import { BROKEN, TRAIL } from "./shaders";

describe("feedback", () => {
  function row(canvas: Canvas, pixels: Uint8Array) {
    return Array.from({ length: canvas.width }, (_, x) => canvas.at(pixels, x, 1)[0]);
  }

  test("frames build on each other", () => {
    const canvas = new Canvas(5, 3, { alpha: true });
    expect(canvas.runtime.compile(TRAIL)).toMatchObject({ ok: true, usesBackbuffer: true, animated: true });
    const rows = [0, 1, 2, 3, 4, 5].map(() => {
      canvas.runtime.draw(canvas.frame());
      return row(canvas, canvas.read());
    });
    expect(rows).toEqual([
      [20, 20, 20, 20, 20],
      [20, 40, 40, 40, 40],
      [20, 40, 60, 60, 60],
      [20, 40, 60, 80, 80],
      [20, 40, 60, 80, 100],
      [20, 40, 60, 80, 100],
    ]);
  });

  test("the shader sees its own alpha and the picture does not", () => {
    const canvas = new Canvas(3, 3, { alpha: true });
    canvas.runtime.compile(TRAIL);
    canvas.runtime.draw(canvas.frame());
    expect(canvas.at(canvas.read(), 0, 0)).toEqual([20, 0, 0, 255]);
    canvas.runtime.draw(canvas.frame());
    expect(canvas.at(canvas.read(), 1, 0)).toEqual([40, 0, 128, 255]);
  });

  test("tiles build the same frames", () => {
    const whole = new Canvas(5, 3);
    const tiled = new Canvas(5, 3);
    for (const { runtime } of [whole, tiled]) runtime.compile(TRAIL);
    for (let i = 0; i < 4; i++) {
      whole.runtime.draw(whole.frame());
      tiled.runtime.drawTiled(tiled.frame(), { rows: 1 });
    }
    expect(tiled.read()).toEqual(whole.read());
  });

  test("a frame that was left is not built on", () => {
    const canvas = new Canvas(5, 3);
    canvas.runtime.compile(TRAIL);
    canvas.runtime.draw(canvas.frame());
    expect(canvas.runtime.drawTiled(canvas.frame(), { rows: 1, deadline: 0 })).toEqual({ complete: false, rows: 1 });
    canvas.runtime.draw(canvas.frame());
    expect(row(canvas, canvas.read())).toEqual([20, 40, 40, 40, 40]);
  });

  test("a reset, a new size and a new text start from black", () => {
    const canvas = new Canvas(5, 3);
    const first = [20, 20, 20, 20, 20];
    canvas.runtime.compile(TRAIL);
    canvas.runtime.draw(canvas.frame());
    canvas.runtime.draw(canvas.frame());
    canvas.runtime.resetFeedback();
    canvas.runtime.draw(canvas.frame());
    expect(row(canvas, canvas.read())).toEqual(first);
    canvas.runtime.draw(canvas.frame({ width: 4 }));
    canvas.runtime.draw(canvas.frame());
    expect(row(canvas, canvas.read())).toEqual(first);
    canvas.runtime.draw(canvas.frame());
    canvas.runtime.compile(TRAIL);
    canvas.runtime.draw(canvas.frame());
    expect(row(canvas, canvas.read())).toEqual(first);
  });

  test("a broken edit keeps the frames", () => {
    const canvas = new Canvas(5, 3);
    canvas.runtime.compile(TRAIL);
    canvas.runtime.draw(canvas.frame());
    expect(canvas.runtime.compile(BROKEN).ok).toBe(false);
    canvas.runtime.draw(canvas.frame());
    expect(row(canvas, canvas.read())).toEqual([20, 40, 40, 40, 40]);
  });

  test("Shadertoy texts and ES 3.00 have it too", () => {
    const canvas = new Canvas(2, 2);
    const body = "texelFetch(backbuffer, ivec2(gl_FragCoord.xy), 0) + 0.2";
    for (const source of [
      `void mainImage(out vec4 c, in vec2 p) { c = ${body}; }`,
      `#version 300 es\nprecision highp float;\nuniform sampler2D backbuffer;\nout vec4 c;\nvoid main() { c = ${body}; }`,
    ]) {
      canvas.show(source);
      canvas.runtime.draw(canvas.frame());
      expect(canvas.at(canvas.read(), 1, 1)).toEqual([102, 102, 102, 255]);
    }
  });

  test("frames are counted from 0 unless told", () => {
    const canvas = new Canvas(2, 2);
    canvas.show("void mainImage(out vec4 c, in vec2 p) { c = vec4(float(iFrame) / 255.0); }");
    canvas.runtime.draw(canvas.frame());
    expect(canvas.at(canvas.read(), 0, 0)[0]).toBe(1);
    canvas.runtime.draw(canvas.frame({ frame: 77 }));
    expect(canvas.at(canvas.read(), 0, 0)[0]).toBe(77);
  });
});
