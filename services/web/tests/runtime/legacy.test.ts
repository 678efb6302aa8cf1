import { describe, expect, test } from "vitest";
import { scan } from "../../runtime/scan";
import { readings } from "../../runtime/wrap";
import { byte, Canvas } from "./canvas";

/** Draws in a 4x2 picture and gives the pixel at the bottom left. */
function corner(source: string, state = {}) {
  const canvas = new Canvas(4, 2);
  return canvas.at(canvas.show(source, state), 0, 0);
}

const HEAD = `#extension GL_OES_standard_derivatives : enable
#ifdef GL_ES
precision highp float;
#endif
uniform float time;
uniform vec2 resolution;
`;

describe("ES 1.00 as it is written for WebGL 1", () => {
  test("the extension for derivatives works, whatever behaviour is asked for", () => {
    for (const behaviour of ["enable", "require", "warn"]) {
      const source = `${HEAD.replace("enable", behaviour)}void main() {
  gl_FragColor = vec4(dFdx(gl_FragCoord.x) * 0.2, dFdy(gl_FragCoord.y) * 0.4, fwidth(gl_FragCoord.x) * 0.6, 1.0);
}`;
      expect(corner(source)).toEqual([51, 102, 153, 255]);
    }
  });

  test("the extension is announced to the preprocessor", () => {
    const source = `${HEAD}void main() {
#ifdef GL_OES_standard_derivatives
  gl_FragColor = vec4(fwidth(gl_FragCoord.x) * 0.2);
#else
  gl_FragColor = vec4(1.0);
#endif
}`;
    expect(corner(source)).toEqual([51, 51, 51, 255]);
  });

  test("an extension that is not there is no error by itself", () => {
    const source = "#extension GL_EXT_something : require\nvoid main() { gl_FragColor = vec4(0.2); }";
    expect(corner(source)).toEqual([51, 51, 51, 255]);
  });

  test("globals may be made from uniforms", () => {
    const source = `${HEAD}float t = time * 0.5, u = t * 2.0;
vec2 r = vec2(t, u);
void main() { gl_FragColor = vec4(r, 0.2, 1.0); }`;
    expect(corner(source, { time: 0.4 })).toEqual([51, 102, 51, 255]);
  });

  test("globals may be made from uniforms next to derivatives", () => {
    const source = `${HEAD}float t = time * 0.5, u = t * 2.0, w;
const float K = 0.2;
float list[2];
vec2 r = vec2(t, // a comment with ;
  u);
float f(float x) { float y = x; return y; }
float v = f(K);
void main() { w = fwidth(gl_FragCoord.x); list[1] = w; gl_FragColor = vec4(r, v, list[1]); }`;
    expect(corner(source, { time: 0.4 })).toEqual([51, 102, 51, 255]);
    const broken = new Canvas().runtime.compile(
      source.replace("t * 2.0", "t * foo").replace("vec2(t, //", "vec2(bar, //"),
    );
    expect(broken.errors.filter(({ message }) => message.includes("undeclared"))).toMatchObject([
      { line: 7, token: "foo" },
      { line: 10, token: "bar" },
    ]);
  });

  test("functions and words that ES 3.00 took may be names", () => {
    const source = `${HEAD}float round(float x) { return floor(x + 0.5); }
vec2 tanh(vec2 x) { return x * 0.5; }
mat2 transpose(mat2 m) { return m; }
float textureProjLod(float x) { return x; }
float sample(float x) { return x; }
uniform sampler2D texture;
void main() {
  float smooth = 0.2, filter = round(0.4), active = dFdx(gl_FragCoord.x);
  gl_FragColor = vec4(smooth + filter, textureProjLod(tanh(vec2(0.8)).x), sample(0.6) * active, 1.0) + texture2D(texture, vec2(0.0)) * 0.0;
}`;
    expect(corner(source)).toEqual([51, 102, 153, 255]);
    expect(corner(source.replace("dFdx(gl_FragCoord.x)", "1.0"))).toEqual([51, 102, 153, 255]);
  });

  test("a text's own macro for such a name stands", () => {
    const source = `${HEAD}#define sample(x) (x * 0.5)
#define round(x) floor(x + 0.5)
void main() { gl_FragColor = vec4(sample(0.4), round(0.2), dFdx(gl_FragCoord.x), 1.0); }`;
    expect(corner(source)).toEqual([51, 0, 255, 255]);
  });

  test("built-in functions may be overloaded", () => {
    const source = `${HEAD}vec2 mod(vec2 a, vec2 b, float c) { return mod(a, b) * c; }
void main() { gl_FragColor = vec4(mod(vec2(1.4), vec2(1.0), 0.5), 0.0, 1.0); }`;
    expect(corner(source)).toEqual([51, 51, 0, 255]);
  });

  test("the newer texture functions of the extensions are there", () => {
    const source = `#extension GL_EXT_shader_texture_lod : enable
#extension GL_EXT_frag_depth : enable
precision highp float;
uniform sampler2D backbuffer;
void main() {
  gl_FragDepthEXT = 0.5;
  gl_FragColor = texture2DLodEXT(backbuffer, vec2(0.0), 0.0) + texture2DGradEXT(backbuffer, vec2(0.0), vec2(0.0), vec2(0.0)) + 0.2;
}`;
    expect(corner(source)).toEqual([51, 51, 51, 255]);
  });

  test("gl_FragData and varyings go along", () => {
    const source = `${HEAD}varying vec2 surfacePosition;
void main() { gl_FragData[0] = vec4(surfacePosition * 0.5 + 0.5, fwidth(gl_FragCoord.x), 1.0); }`;
    expect(corner(source)).toEqual([byte(0.125), byte(0.375), 255, 255]);
  });

  test("newer syntax in an old dialect is taken all the same", () => {
    const source = `precision highp float;
uniform float u_time;
void main() {
  int n = int(u_time) + 2;
  float sum = 0.0;
  for (int i = 0; i < n; i++) sum += 0.1;
  while (sum < 0.55) sum += 0.1;
  uint bits = 3u & 2u;
  float list[3] = float[](0.2, 0.4, 0.6);
  gl_FragColor = vec4(sum, round(list[n - 2]), float(bits) * 0.2, 1.0);
}`;
    expect(corner(source)).toEqual([153, 0, 102, 255]);
  });

  test("errors are those of the dialect, not of the second reading", () => {
    const source = "precision highp float;\nuniform float u_time;\nvoid main() {\n  gl_FragColor = vec4(foo);\n}";
    const { errors } = new Canvas().runtime.compile(source);
    expect(errors.map(({ line, token }) => [line, token])).toContainEqual([4, "foo"]);
    expect(errors.every(({ line }) => line === 4)).toBe(true);
  });
});

describe("wrap", () => {
  test("every line of the author's text stays where it was", () => {
    const source =
      "/* a */\n#version 100\n#extension all : warn\n#iUniform float x = \\\n 1.0\n// \u00e9\nuniform float time;\nvoid main() { gl_FragColor = vec4(x); }";
    for (const { fragment } of readings(scan(source), "glsl-sandbox")) {
      const text = fragment.slice(fragment.indexOf("#line 1 1\n") + 10, fragment.indexOf("\n\n#line 1 2"));
      const lines = text.split("\n");
      expect(lines).toHaveLength(8);
      expect(lines[1]?.trim()).toBe("");
      expect(lines[2]?.trim()).toBe("");
      expect(lines[3]?.trim()).toBe("uniform float x;");
      expect(lines[5]).toBe("// ?");
      expect(lines[7]).toContain("void main()");
    }
  });
});
