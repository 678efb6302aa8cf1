import { describe, expect, test, vi } from "vitest";
import { Canvas } from "./canvas";

const RED = "void mainImage(out vec4 c, in vec2 p) { c = vec4(1, 0, 0, 1); }";
const GREEN = "void mainImage(out vec4 c, in vec2 p) { c = vec4(0, 1, 0, 1); }";
const BROKEN = "void mainImage(out vec4 c, in vec2 p) { c = foo; }";

/** Adds 20 of 255 to the frame before, and moves it one pixel to the right. */
const TRAIL = `precision highp float;
uniform vec2 resolution;
uniform sampler2D backbuffer;
void main() {
  vec4 before = texture2D(backbuffer, (gl_FragCoord.xy - vec2(1.0, 0.0)) / resolution);
  gl_FragColor = gl_FragCoord.x < 1.0 ? vec4(20.0 / 255.0, 0.0, 0.0, 0.5) : before + vec4(20.0 / 255.0, 0.0, before.a, 0.0);
}`;

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

describe("tiles", () => {
  test("the deadline is looked at between them", () => {
    const canvas = new Canvas(64, 64);
    const slow = `void mainImage(out vec4 c, in vec2 p) {
  float s = p.x;
  for (int i = 0; i < 20000; i++) s = sin(s + float(i));
  c = vec4(s, 0, 0, 1);
}`;
    canvas.runtime.compile(slow);
    const start = performance.now();
    const result = canvas.runtime.drawTiled(canvas.frame(), { rows: 1, deadline: start + 30 });
    expect(result.complete).toBe(false);
    expect(result.rows).toBeGreaterThan(0);
    expect(result.rows).toBeLessThan(64);
  });

  test("a framebuffer may be the target", () => {
    const canvas = new Canvas(4, 4);
    const { gl } = canvas;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, 4, 4);
    const target = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, target);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    for (const source of [
      GREEN,
      GREEN.replace("c =", "c = texelFetch(backbuffer, ivec2(0), 0) * 0.0 +").replace("0, 1)", "0, 0.3)"),
    ]) {
      canvas.runtime.compile(source);
      canvas.runtime.drawTiled(canvas.frame(), { target });
      gl.bindFramebuffer(gl.FRAMEBUFFER, target);
      expect(canvas.at(canvas.read(), 3, 3)).toEqual([0, 255, 0, 255]);
    }
  });
});

describe("compileAsync", () => {
  test("gives the same answers as compile", async () => {
    const canvas = new Canvas();
    for (const source of [
      RED,
      BROKEN,
      "",
      TRAIL,
      "precision highp float; uniform float u_time; void main() { for (int i = 0; i < int(u_time); i++) {} gl_FragColor = vec4(1); }",
    ]) {
      expect(await canvas.runtime.compileAsync(source)).toEqual(canvas.runtime.compile(source));
    }
  });

  test("the last good program draws until the new one is linked, and after a broken one", async () => {
    const canvas = new Canvas();
    canvas.show(RED);
    const pending = canvas.runtime.compileAsync(GREEN);
    canvas.runtime.draw(canvas.frame());
    expect(canvas.at(canvas.read(), 0, 0)).toEqual([255, 0, 0, 255]);
    expect(await pending).toMatchObject({ ok: true });
    canvas.runtime.draw(canvas.frame());
    expect(canvas.at(canvas.read(), 0, 0)).toEqual([0, 255, 0, 255]);
    expect(await canvas.runtime.compileAsync(BROKEN)).toMatchObject({ ok: false });
    canvas.runtime.draw(canvas.frame());
    expect(canvas.at(canvas.read(), 0, 0)).toEqual([0, 255, 0, 255]);
  });

  test("a later call overtakes an earlier one", async () => {
    const canvas = new Canvas();
    const answers = await Promise.all([RED, BROKEN, GREEN].map((source) => canvas.runtime.compileAsync(source)));
    expect(answers.map((answer) => answer?.ok)).toEqual([undefined, undefined, true]);
    canvas.runtime.draw(canvas.frame());
    expect(canvas.at(canvas.read(), 0, 0)).toEqual([0, 255, 0, 255]);
  });

  test("dispose ends it", async () => {
    const canvas = new Canvas();
    const pending = canvas.runtime.compileAsync(RED);
    canvas.runtime.dispose();
    expect(await pending).toBe(null);
  });
});

describe("the context", () => {
  test("drawing without a program says so", () => {
    const canvas = new Canvas();
    expect(() => canvas.runtime.draw(canvas.frame())).toThrow("no shader is compiled");
    expect(() => canvas.runtime.drawTile(0, 1)).toThrow("no frame is begun");
  });

  test("a lost context is told from a broken text, and comes back with the last good one", async () => {
    const hooks = { onLost: vi.fn(), onRestored: vi.fn() };
    const canvas = new Canvas(4, 4, { hooks });
    canvas.show(TRAIL);
    canvas.runtime.draw(canvas.frame());
    const extension = canvas.gl.getExtension("WEBGL_lose_context");
    extension?.loseContext();
    expect(canvas.runtime.compile(BROKEN)).toMatchObject({ ok: false, lost: true, errors: [] });
    expect(canvas.runtime.drawTiled(canvas.frame())).toMatchObject({ complete: false });
    await vi.waitFor(() => expect(hooks.onLost).toHaveBeenCalledOnce());
    expect(await canvas.runtime.compileAsync(GREEN)).toMatchObject({ ok: false, lost: true });
    extension?.restoreContext();
    await vi.waitFor(() => expect(hooks.onRestored).toHaveBeenCalledOnce());
    expect(hooks.onRestored.mock.calls[0]?.[0]).toMatchObject({ ok: true, usesBackbuffer: true });
    canvas.runtime.draw(canvas.frame());
    expect(canvas.at(canvas.read(), 3, 0)).toEqual([20, 0, 0, 255]);
  });

  test("dispose frees everything", () => {
    const canvas = new Canvas();
    const { gl } = canvas;
    const made: [(object: never) => boolean, unknown][] = [];
    for (const kind of ["Program", "Shader", "Buffer", "Texture", "Framebuffer"] as const) {
      const create = gl[`create${kind}`].bind(gl) as (...args: unknown[]) => unknown;
      const is = gl[`is${kind}`].bind(gl) as (object: never) => boolean;
      vi.spyOn(gl, `create${kind}` as "createBuffer").mockImplementation((...args: unknown[]) => {
        const object = create(...args);
        made.push([is, object]);
        return object as WebGLBuffer;
      });
    }
    const runtime = new (canvas.runtime.constructor as typeof import("../../runtime").ShaderRuntime)(gl);
    for (const source of [
      RED,
      BROKEN,
      TRAIL,
      GREEN,
      "precision highp float; uniform float time; void main() { while (time < 0.0) {} gl_FragColor = vec4(1); }",
      TRAIL,
    ]) {
      if (runtime.compile(source).ok) runtime.draw(canvas.frame());
    }
    expect(made.length).toBeGreaterThan(20);
    runtime.dispose();
    gl.useProgram(null);
    expect(made.filter(([is, object]) => is(object as never))).toEqual([]);
  });

  test("a thousand texts leave one program", () => {
    const canvas = new Canvas();
    for (let i = 0; i < 200; i++) canvas.runtime.compile(`${RED} // ${i}`);
    expect(canvas.gl.getError()).toBe(canvas.gl.NO_ERROR);
  });
});
