import { describe, expect, test } from "vitest";
import type { Dialect } from "../../runtime";
import { byte, Canvas } from "./canvas";

/** The same picture in every dialect: place across, place up, time. */
const GRADIENTS: readonly (readonly [Dialect, string])[] = [
  ["shadertoy", "void mainImage(out vec4 c, in vec2 p) { c = vec4(p / iResolution.xy, iTime, 0.0); }"],
  [
    "glsl-sandbox",
    `#extension GL_OES_standard_derivatives : enable
precision highp float;
uniform float time;
uniform vec2 mouse;
uniform vec2 resolution;
void main( void ) { gl_FragColor = vec4( gl_FragCoord.xy / resolution.xy, time, 0.0 ); }`,
  ],
  [
    "book-of-shaders",
    `#ifdef GL_ES
precision mediump float;
#endif
uniform vec2 u_resolution;
uniform float u_time;
void main() { gl_FragColor = vec4(gl_FragCoord.xy / u_resolution, u_time, 0.0); }`,
  ],
  ["es100", "void main() { gl_FragData[0] = vec4(gl_FragCoord.xy / 8.0, 0.5, 0.0); }"],
  [
    "es300",
    `#version 300 es
precision highp float;
uniform vec3 iResolution;
uniform float time;
out vec4 color;
void main() { color = vec4(gl_FragCoord.xy / iResolution.xy, time, 0.0); }`,
  ],
];

describe.each(GRADIENTS)("%s", (dialect, source) => {
  test("draws from another point of each pixel", () => {
    const canvas = new Canvas();
    const shown = canvas.show(source, { time: 0.5, sample: [0.5, -0.25] }, { dialect, sampled: true });
    expect(canvas.at(shown, 2, 5)).toEqual([byte(3 / 8), byte(5.25 / 8), 128, 255]);
    expect(canvas.show(source, { time: 0.5, sample: [0.5, -0.25] }, { dialect })).toEqual(
      canvas.show(source, { time: 0.5 }, { dialect }),
    );
  });

  test("draws the pixels that it computes, opaque", () => {
    const canvas = new Canvas(8, 8, { alpha: true });
    expect(canvas.runtime.compile(source)).toMatchObject({ ok: true, dialect, errors: [], lost: false });
    canvas.runtime.draw(canvas.frame({ time: 0.5 }));
    const pixels = canvas.read();
    for (const [x, y] of [
      [0, 0],
      [7, 0],
      [3, 5],
      [7, 7],
    ] as const) {
      expect(canvas.at(pixels, x, y)).toEqual([byte((x + 0.5) / 8), byte((y + 0.5) / 8), byte(0.5), 255]);
    }
  });

  test("is drawn in tiles bit for bit as in one piece", () => {
    const canvas = new Canvas(37, 41);
    const moving = source.replace(
      /vec4\(\s*gl_FragCoord/,
      "vec4(0.1 * sin(gl_FragCoord.x * gl_FragCoord.y) + gl_FragCoord",
    );
    const whole = canvas.show(moving, { time: 0.3 });
    for (const rows of [1, 7, 24, 64]) {
      canvas.gl.clear(canvas.gl.COLOR_BUFFER_BIT);
      const result = canvas.runtime.drawTiled(canvas.frame({ time: 0.3 }), { rows });
      expect(result).toEqual({ complete: true, rows: 41 });
      expect(canvas.read()).toEqual(whole);
    }
  });
});

describe("built-in uniforms", () => {
  function values(declarations: string, expression: string, state = {}) {
    const canvas = new Canvas(4, 2);
    const main = `void main() { gl_FragColor = vec4(${expression}); }`;
    return canvas.at(
      canvas.show(`precision highp float;\n${declarations}\n${main}`, state, { dialect: "es100" }),
      0,
      0,
    );
  }

  function toy(expression: string, state = {}) {
    const canvas = new Canvas(4, 2);
    return canvas.at(canvas.show(`void mainImage(out vec4 c, vec2 p) { c = vec4(${expression}); }`, state), 0, 0);
  }

  test("Shadertoy's are there without a declaration", () => {
    expect(toy("iResolution / 10.0, 1")).toEqual([102, 51, 26, 255]);
    expect(toy("iTime, iGlobalTime, iTimeDelta, 1", { time: 0.2, timeDelta: 0.4 })).toEqual([51, 51, 102, 255]);
    expect(
      toy("float(iFrame) / 10.0, iFrameRate / 100.0, iSampleRate / 88200.0, 1", { frame: 4, frameRate: 20 }),
    ).toEqual([102, 51, 128, 255]);
    expect(toy("iDate.xyz / 3000.0, 1", { date: [1500, 600, 300, 0] })).toEqual([128, 51, 26, 255]);
    expect(toy("iChannelTime[3], iChannelResolution[2].xy, 1", { time: 0.2 })).toEqual([51, 255, 255, 255]);
    expect(toy("texture(iChannel0, p).rgb + texture(iChannel3, p).rgb + 0.2, 1")).toEqual([51, 51, 51, 255]);
  });

  test("iMouse says where the button went down", () => {
    const mouse = { x: 1, y: 2, pressX: 3, pressY: 4, down: true, clicked: true };
    const seen = "(iMouse + 11.0) / 20.0";
    const canvas = new Canvas(4, 2);
    const draw = (given: typeof mouse | null) =>
      canvas.at(
        canvas.show(`void mainImage(out vec4 c, vec2 p) { vec4 m = ${seen}; c = vec4(m.xy * m.z, m.w, 1); }`, {
          mouse: given,
        }),
        0,
        0,
      );
    expect(draw(null)).toEqual([byte(0.55 * 0.55), byte(0.55 * 0.55), byte(0.55), 255]);
    expect(draw(mouse)).toEqual([byte(0.6 * 0.7), byte(0.65 * 0.7), byte(0.75), 255]);
    expect(draw({ ...mouse, clicked: false })).toEqual([byte(0.6 * 0.7), byte(0.65 * 0.7), byte(0.35), 255]);
    expect(draw({ ...mouse, clicked: false, down: false })).toEqual([
      byte(0.6 * 0.4),
      byte(0.65 * 0.4),
      byte(0.35),
      255,
    ]);
  });

  test("GLSL Sandbox's mouse is a part of the picture, and the middle before it moved", () => {
    expect(values("uniform vec2 mouse;", "mouse, 0, 1")).toEqual([128, 128, 0, 255]);
    const mouse = { x: 1, y: 1.6, pressX: 0, pressY: 0, down: false, clicked: false };
    expect(values("uniform vec2 mouse;", "mouse, 0, 1", { mouse })).toEqual([64, 204, 0, 255]);
  });

  test("GLSL Sandbox's surface is one high and as wide as the picture", () => {
    const canvas = new Canvas(4, 2);
    const source = `precision highp float;
varying vec2 surfacePosition;
uniform vec2 surfaceSize;
void main() { gl_FragColor = vec4(surfacePosition * 0.5 + 0.5, surfaceSize.x * 0.25, 1.0); }`;
    const pixels = canvas.show(source);
    expect(canvas.at(pixels, 0, 0)).toEqual([byte(0.5 - 0.375), byte(0.5 - 0.125), byte(0.5), 255]);
    expect(canvas.at(pixels, 3, 1)).toEqual([byte(0.5 + 0.375), byte(0.5 + 0.125), byte(0.5), 255]);
  });

  test("the Book of Shaders' mouse is in pixels", () => {
    const mouse = { x: 1, y: 2, pressX: 0, pressY: 0, down: false, clicked: false };
    expect(values("uniform vec2 u_mouse;", "u_mouse / 10.0, 0, 1", { mouse })).toEqual([26, 51, 0, 255]);
    expect(
      values(
        "uniform vec4 u_date; uniform int u_frame; uniform float u_delta;",
        "u_date.x / 10.0, float(u_frame) / 10.0, u_delta, 1",
        { date: [2, 0, 0, 0], frame: 4, timeDelta: 0.2 },
      ),
    ).toEqual([51, 102, 51, 255]);
  });

  test("a uniform is fed in the type that it is declared with", () => {
    expect(
      values("uniform vec3 resolution; uniform vec2 iResolution;", "resolution.z * 0.2, iResolution / 10.0, 1"),
    ).toEqual([51, 102, 51, 255]);
    expect(values("uniform vec4 u_resolution; uniform float iMouse;", "u_resolution.w, iMouse, 0, 1")).toEqual([
      0, 0, 0, 255,
    ]);
  });

  test("a varying of a common name goes from 0 to 1", () => {
    const canvas = new Canvas(4, 2);
    for (const name of ["v_texcoord", "vUv"]) {
      const old = `precision highp float; varying vec2 ${name}; void main() { gl_FragColor = vec4(${name}, 0, 1); }`;
      const newer = `#version 300 es\nprecision highp float; in vec2 ${name}; out vec4 c; void main() { c = vec4(${name}, 0, 1); }`;
      for (const source of [old, newer]) {
        const pixels = canvas.show(source);
        expect(canvas.at(pixels, 0, 0)).toEqual([byte(0.125), byte(0.25), 0, 255]);
        expect(canvas.at(pixels, 3, 1)).toEqual([byte(0.875), byte(0.75), 0, 255]);
      }
    }
  });

  test("samplers of every type are black", () => {
    const canvas = new Canvas(2, 2);
    const source = `#version 300 es
precision highp float; precision highp sampler3D; precision highp sampler2DArray; precision highp isampler2D;
uniform sampler2D a; uniform samplerCube b; uniform sampler3D c; uniform sampler2DArray d; uniform sampler2D backbuffer;
out vec4 color;
void main() { vec3 p = vec3(0.5); color = texture(a, p.xy) + texture(b, p) + texture(c, p) + texture(d, p) + texture(backbuffer, p.xy) + 0.2; }`;
    expect(canvas.at(canvas.show(source), 0, 0)).toEqual([51, 51, 51, 255]);
  });
});
