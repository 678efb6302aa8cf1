import { describe, expect, test } from "vitest";
import { mapErrors } from "../../runtime";
import { Canvas } from "./canvas";

function errorsOf(source: string) {
  const result = new Canvas().runtime.compile(source);
  expect(result).toMatchObject({ ok: false, lost: false });
  expect(result.errors.length).toBeGreaterThan(0);
  for (const { line } of result.errors) expect(line).toBeLessThanOrEqual(source.split(/\r\n?|\n/).length);
  return result.errors;
}

const PLACES: [string, string, number, number | null, string][] = [
  ["shadertoy", "void mainImage(out vec4 c, in vec2 p)\n{\n  c = vec4(foo);\n}\n", 3, 12, "foo"],
  [
    "glsl-sandbox",
    "uniform float time;\n// foo\n/* foo\n foo */ void main() {\n  gl_FragColor = vec4(time) + foo;\n}",
    5,
    31,
    "foo",
  ],
  [
    "book-of-shaders",
    "uniform float u_time;\r\nvoid main() {\r\n\r\n  gl_FragColor = vec4(foo);\r\n}\r\n",
    4,
    23,
    "foo",
  ],
  ["es100", "void main() {\r  gl_FragColor = vec4(1.0);\r  float foobar = 1.0; foo = 2.0;\r}", 3, 23, "foo"],
  ["es300", "#version 300 es\nprecision highp float;\nout vec4 c;\nvoid main() {\n  c = vec4(foo);\n}", 5, 12, "foo"],
  ["es100 with a version", "#version 100\nvoid main() {\n  gl_FragColor = vec4(foo);\n}", 3, 23, "foo"],
  [
    "es300 below comments",
    "// a\n/* b\n*/\n#version 300 es\nprecision highp float; out vec4 c;\nvoid main() { c = vec4(foo); }",
    6,
    24,
    "foo",
  ],
  [
    "derivatives",
    "#extension GL_OES_standard_derivatives : enable\nprecision highp float;\nuniform float time;\nvoid main() {\n  gl_FragColor = vec4(fwidth(time) + foo);\n}",
    5,
    38,
    "foo",
  ],
  [
    "a shim",
    "#define iTime 1.0\nvoid mainImage(out vec4 c, in vec2 p) {\n  c = vec4(foo);\n}\nvoid main() { mainImage(gl_FragColor, gl_FragCoord.xy); }",
    3,
    12,
    "foo",
  ],
  [
    "below a continued macro",
    "#define A 1.0 + \\\n  2.0\nvoid mainImage(out vec4 c, in vec2 p) {\n  c = vec4(A + foo);\n}",
    4,
    16,
    "foo",
  ],
  [
    "below an iUniform",
    "#iUniform float a = 1.0 in {0.0, 2.0}\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(a + foo); }",
    2,
    54,
    "foo",
  ],
  [
    "on an iUniform's line",
    "#iUniform float a = 1.0 in {0.0, 2.0}\nuniform vec2 a;\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(a, 0, 1); }",
    2,
    14,
    "a",
  ],
  [
    "inside a macro's use",
    "#define M(x) x + foo\nvoid mainImage(out vec4 c, in vec2 p) {\n\n  c = vec4(M(1.0));\n}",
    4,
    null,
    "foo",
  ],
  [
    "behind unicode",
    "// h\u00e9 \u4e16\u754c \u{1f600}\nvoid mainImage(out vec4 c, in vec2 p) { /* \u00fc */ c = vec4(foo); }",
    2,
    58,
    "foo",
  ],
  ["an extra brace", "void mainImage(out vec4 c, in vec2 p) {\n  c = vec4(1.0);\n}\n}\n", 4, 1, "}"],
  ["a missing semicolon", "void mainImage(out vec4 c, in vec2 p) {\n  float a = 1.0\n  c = vec4(a);\n}\n", 3, 3, "c"],
  ["a type", "void mainImage(out vec4 c, in vec2 p) {\n  c = vec4(1.0);\n  float x = p;\n}\n", 3, 11, "="],
];

describe("places", () => {
  test.each(PLACES)("%s", (_name, source, line, column, token) => {
    expect(errorsOf(source)[0]).toMatchObject({ line, column, token });
  });
});

const SENTENCES: [string, string, number, RegExp][] = [
  ["no entry point", "float f(float x) { return x; }", 1, /no entry point/],
  [
    "another signature",
    "\nvec4 mainImage(vec2 p) { return vec4(1.0); }",
    2,
    /mainImage is missing or has another signature/,
  ],
  ["mainImage announced only", "void mainImage(out vec4 c, in vec2 p);\n", 1, /mainImage/],
  ["nothing written, es300", "#version 300 es\nvoid main() { }", 1, /no output/],
  ["nothing written, es100", "uniform float time;\nvoid main() { }", 1, /no output/],
  [
    "a block left open at the end",
    "void mainImage(out vec4 c, in vec2 p) {\n  c = vec4(1.0);\n  if (p.x > 1.0) {\n    c = vec4(0.0);\n}\n",
    3,
    /not closed.*line 3/,
  ],
  ["a body left open", "void mainImage(out vec4 c, in vec2 p) {\n  c = vec4(1.0);\n\n\n", 1, /not closed.*line 1/],
  [
    "a block left open, es100",
    "void main() {\n  gl_FragColor = vec4(1.0);\n  if (true) {\n    gl_FragColor = vec4(0.0);\n}\n",
    3,
    /not closed.*line 3/,
  ],
  [
    "a block left open, es300",
    "#version 300 es\nprecision highp float;\nout vec4 c;\nvoid main() {\n  { c = vec4(1.0);\n}\n// }\n",
    5,
    /not closed.*line 5/,
  ],
  ["a comment left open", "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }\n/* the\nend", 2, /never closed/],
  [
    "an #if left open",
    "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }\n#ifdef X\n",
    2,
    /not closed by #endif/,
  ],
  [
    "an end in the middle of a statement",
    "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }\nfloat x = 1.0\n\n",
    2,
    /middle of a statement/,
  ],
  [
    "recursion",
    "float a(float x);\nfloat b(float x) { return a(x); }\nfloat a(float x) { return b(x); }\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(a(1.0)); }",
    2,
    /Recursive/,
  ],
  [
    "a function without a body",
    "\nfloat g(float x);\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(g(1.0)); }",
    2,
    /g\(\)/,
  ],
  [
    "an endless loop",
    "void mainImage(out vec4 c, in vec2 p) {\n  for (;;) { }\n  c = vec4(1.0);\n}",
    2,
    /Infinite loop/,
  ],
  [
    "a varying that nobody writes",
    "#version 300 es\nprecision highp float;\nin vec3 vPlace;\nout vec4 c;\nvoid main() { c = vec4(vPlace, 1.0); }",
    3,
    /vPlace/,
  ],
  [
    "a letter in the code",
    "void mainImage(out vec4 c, in vec2 p) {\n  c = vec4(1.0)\u00e9;\n}",
    2,
    /\u00e9 \(U\+00E9\) is not allowed/,
  ],
  ["a NUL", "void mainImage(out vec4 c, in vec2 p) {\n  c = vec4(1.0)\u0000;\n}", 2, /U\+0000/],
  [
    "a broken iUniform",
    "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }\n#iUniform float x\n",
    2,
    /write #iUniform/,
  ],
  [
    "a macro that spoils our code",
    "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }\n#define vec4 float\n",
    2,
    /macro/,
  ],
];

describe("sentences", () => {
  test.each(SENTENCES)("%s", (_name, source, line, message) => {
    const errors = errorsOf(source);
    expect(errors.map((error) => error.message).join("\n")).toMatch(message);
    expect(errors.find((error) => message.test(error.message))?.line).toBe(line);
  });

  test("a helper left open is named beside the place where the compiler noticed", () => {
    const errors = errorsOf(
      "float f(float x) {\n  return x;\n\nvoid mainImage(out vec4 c, in vec2 p) {\n  c = vec4(f(1.0));\n}\n",
    );
    expect(errors.map(({ line }) => line)).toContain(1);
  });
});

describe("mapErrors", () => {
  test("warnings are dropped and lines without a place keep their message", () => {
    const log = "WARNING: 1:2: 'a' : something\nERROR: 0:?: 'b' : is odd\n\0";
    expect(mapErrors(log, "a\nb\nc")).toEqual([{ line: 2, column: 1, token: "b", message: "is odd" }]);
  });

  test("what is no log of ANGLE's is shown as it is", () => {
    expect(mapErrors("Internal compiler error", "a\nb\n")).toEqual([
      { line: 2, column: null, token: null, message: "Internal compiler error" },
    ]);
  });

  test("an empty log has no errors", () => {
    expect(mapErrors("", "a")).toEqual([]);
  });

  test("the same error is told once, and not more than 64", () => {
    const entry = (line: number) => `ERROR: 1:${line}: 'a' : bad\n`;
    expect(mapErrors(entry(1) + entry(1), "a")).toHaveLength(1);
    const many = Array.from({ length: 100 }, (_, i) => entry(i + 1)).join("");
    expect(mapErrors(many, "a\n".repeat(100))).toHaveLength(64);
  });

  test("a token may be a quote or a line end", () => {
    const log = "ERROR: 1:1: ''' : invalid character\nERROR: 1:2: '\n' : unexpected token\n";
    expect(mapErrors(log, "'\n#define a(")).toEqual([
      { line: 1, column: 1, token: "'", message: "invalid character" },
      { line: 2, column: null, token: null, message: "unexpected token" },
    ]);
  });
});
