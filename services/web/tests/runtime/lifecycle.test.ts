import { describe, expect, test, vi } from "vitest";
import { Canvas } from "./canvas";

import { BROKEN, GREEN, RED, TRAIL } from "./shaders";

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
