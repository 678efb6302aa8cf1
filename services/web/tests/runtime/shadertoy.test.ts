import { describe, expect, test } from "vitest";
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

describe("Shadertoy texts with a main of their own", () => {
  const image =
    "void mainImage(out vec4 fragColor, in vec2 fragCoord) { fragColor = vec4(fragCoord / iResolution.xy, iTime, 1.0); }\n";
  const shim = "void main() { mainImage(gl_FragColor, gl_FragCoord.xy); gl_FragColor.a = 1.0; }\n";
  const expected = [byte(0.125), byte(0.25), 51, 255];

  test("a shim alone", () => {
    expect(corner(image + shim, { time: 0.2 })).toEqual(expected);
  });

  test("a shim with macros for the sandbox", () => {
    expect(corner(`${HEAD}#define iTime time\n#define iResolution resolution\n${image}${shim}`, { time: 0.2 })).toEqual(
      expected,
    );
  });

  test("a shim with globals for the sandbox", () => {
    const globals = "float iTime = time;\nvec3 iResolution = vec3(resolution, 1.0);\n";
    expect(corner(HEAD + globals + image + shim, { time: 0.2 })).toEqual(expected);
  });

  test("a shim with globals that main sets, and a channel", () => {
    const globals = "float iTime = 0.0;\nvec3 iResolution;\nuniform sampler2D iChannel0;\n";
    const main =
      "void main() { iTime = time; iResolution = vec3(resolution, 0.0); mainImage(gl_FragColor, gl_FragCoord.xy); }";
    expect(
      corner(HEAD + globals + image.replace("iTime,", "iTime + texture2D(iChannel0, fragCoord).x,") + main, {
        time: 0.2,
      }),
    ).toEqual(expected);
  });

  test("a shim around newer syntax", () => {
    const newer = image.replace("iTime,", "texture(iChannel0, fragCoord).x + round(0.6) * iTime,");
    expect(corner(newer + shim, { time: 0.2 })).toEqual(expected);
  });

  test("uniforms that are declared again", () => {
    expect(corner(`uniform vec3 iResolution;\nuniform float iTime;\n${image}`, { time: 0.2 })).toEqual(expected);
    expect(corner(`uniform vec2 iResolution; uniform float iGlobalTime, iTime;\n${image}`, { time: 0.2 })).toEqual(
      expected,
    );
  });

  test("a local of a built-in's name", () => {
    expect(corner(image.replace("{ ", "{ float iTime = 0.2; "))).toEqual(expected);
  });

  test("old texture functions", () => {
    const old = image.replace(
      "iTime,",
      "texture2D(iChannel0, fragCoord, 1.0).x + textureCube(iChannel1, vec3(1.0)).x + iTime,",
    );
    expect(corner(`uniform samplerCube iChannel1;\n${old}`, { time: 0.2 })).toEqual(expected);
    expect(
      corner(
        `#define texture2D(s, p, b) vec4(0.0)\n${image.replace("iTime,", "texture2D(iChannel0, fragCoord, 1.0).x + iTime,")}`,
        { time: 0.2 },
      ),
    ).toEqual(expected);
  });
});

describe("Shadertoy texts of another time", () => {
  const image = (expression: string) => `void mainImage(out vec4 c, in vec2 p) { c = vec4(${expression}, 1.0); }\n`;

  test("globals made from uniforms", () => {
    const source = `float t = iTime * 0.5, u = t * 2.0; // half\nvec2 r = iResolution.xy;\n${image("t, u, r.x / 20.0")}`;
    expect(corner(source, { time: 0.4 })).toEqual([51, 102, 51, 255]);
    const { errors } = new Canvas().runtime.compile(source.replace("t * 2.0", "foo"));
    expect(errors.map(({ line, token }) => [line, token])).toContainEqual([1, "foo"]);
  });

  test("functions and words that ES 3.00 took", () => {
    const source = `float round(float x) { return floor(x + 0.5); }\n${image("sample, round(0.4), gl_FragColor.r")}`;
    expect(corner(source.replace("{ c", "{ float sample = 0.2; c"))).toEqual([51, 0, 0, 255]);
  });

  test("cube maps and volumes are black like every channel", () => {
    const calls =
      "texture(iChannel0, vec3(p, 1.0)).rgb + textureLod(iChannel1, vec3(1.0), 0.0).rgb + texture(iChannel2, p, 1.0).rgb";
    expect(corner(image(`${calls} + texelFetch(iChannel3, ivec3(0), 0).rgb + 0.2`))).toEqual([51, 51, 51, 255]);
    expect(corner(`uniform samplerCube iChannel0;\n${image("texture(iChannel0, vec3(p, 1.0)).rgb + 0.2")}`)).toEqual([
      51, 51, 51, 255,
    ]);
  });

  test("the switch for slow devices is there", () => {
    expect(corner(`#if HW_PERFORMANCE == 0\n#error slow\n#endif\n${image("vec3(0.2)")}`)).toEqual([51, 51, 51, 255]);
  });

  test("macros that wrap a uniform of their own name", () => {
    expect(
      corner(`#define iTime (iTime * 0.5)\n#define iChannel0 iChannel0\n${image("iTime, texture(iChannel0, p).xy")}`, {
        time: 0.4,
      }),
    ).toEqual([51, 0, 0, 255]);
  });

  test("a main in a branch that is not taken", () => {
    const main = "#ifdef HOST\nvoid main() { mainImage(gl_FragColor, gl_FragCoord.xy); }\n#endif\n";
    expect(corner(image("vec3(iTime)") + main, { time: 0.2 })).toEqual([51, 51, 51, 255]);
  });
});
