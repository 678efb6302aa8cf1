import { describe, expect, test } from "vitest";
import { Canvas } from "./canvas";

describe("precision", () => {
  const hash = "fract((time * 4096.0 * 1.37 + 0.2) * 43758.5453)";
  const boilerplate = `#ifdef GL_ES
precision mediump float;
#else
#define lowp
#define mediump
#define highp
#endif
`;
  test("is high, whatever the text asks for", () => {
    const canvas = new Canvas(2, 2);
    const draw = (head: string, declaration = "uniform float time;") =>
      canvas.at(
        canvas.show(`${head}\n${declaration}\nvoid main() { gl_FragColor = vec4(${hash}); }`, { time: 1 / 4096 }),
        0,
        0,
      );
    const expected = draw("precision highp float;");
    expect(expected[0]).toBeGreaterThan(0);
    for (const head of [
      "precision mediump float;",
      "precision lowp float;",
      boilerplate,
      "#define P mediump\nprecision P float;",
      "",
    ]) {
      expect(draw(head)).toEqual(expected);
    }
    expect(draw("", "uniform lowp float time;")).toEqual(expected);
  });
});

describe("animated", () => {
  const cases: [string, boolean][] = [
    ["void mainImage(out vec4 c, vec2 p) { c = vec4(p, iTime, 1); }", true],
    ["void mainImage(out vec4 c, vec2 p) { c = vec4(p, iFrame, 1); }", true],
    ["void mainImage(out vec4 c, vec2 p) { c = vec4(p, 0.0 * 3.0, 1); float unused = iTime; }", false],
    ["// iTime\nvoid mainImage(out vec4 c, vec2 p) { c = vec4(p / iResolution.xy + iMouse.xy, 0, 1); }", false],
    ["uniform float time; void main() { gl_FragColor = vec4(1); }", false],
    ["precision highp float; uniform float u_time; void main() { gl_FragColor = vec4(u_time); }", true],
    ["uniform sampler2D backbuffer; void main() { gl_FragColor = texture2D(backbuffer, vec2(0)); }", true],
  ];
  test.each(cases)("%s", (source, animated) => {
    expect(new Canvas().runtime.compile(source)).toMatchObject({ ok: true, animated });
  });
});

describe("parameters", () => {
  const source = `uniform float level; // = 0.2 in [0, 0.8]
uniform int steps; // = 2
uniform bool lit; // = true
#iUniform color3 tint = color3(0.2, 0.4, 0.6)
void mainImage(out vec4 c, vec2 p) { c = lit ? vec4(level, float(steps) / 10.0, tint.b, 1) : vec4(0); }`;

  test("defaults count until a value is given", () => {
    const canvas = new Canvas();
    expect(canvas.at(canvas.show(source), 0, 0)).toEqual([51, 51, 153, 255]);
  });

  test("values change the picture, clamped", () => {
    const canvas = new Canvas();
    const parameters = { level: 9, steps: 5, tint: [0, 0, 0.4], stranger: 1 };
    expect(canvas.at(canvas.show(source, { parameters }), 0, 0)).toEqual([204, 128, 102, 255]);
    expect(canvas.at(canvas.show(source, { parameters: { lit: false } }), 0, 0)).toEqual([0, 0, 0, 255]);
  });

  test("they are part of the compiler's answer, also for a text that does not compile", () => {
    const names = new Canvas().runtime.compile(`${source}}`).parameters.map(({ name }) => name);
    expect(names).toEqual(["level", "steps", "lit", "tint"]);
  });
});

describe("names that begin as ours do", () => {
  test.each([
    [
      "shadertoy",
      "vec3 ff_color(float x) { return vec3(x); }\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(ff_color(0.2), 1.0); }",
    ],
    [
      "es100 read as es300",
      "varying vec2 surfacePosition; uniform float ff_surface; float ff_main = ff_surface, ff1_x = 0.2;\nvoid main() { gl_FragColor = vec4(fwidth(surfacePosition) * 0.0 + ff1_x, ff_main, 1.0); }",
    ],
  ])("%s", (_, source) => {
    const canvas = new Canvas(4, 2);
    expect(canvas.runtime.compile(source).errors).toEqual([]);
    expect(canvas.at(canvas.show(source), 0, 0)[0]).toBe(51);
  });
});
