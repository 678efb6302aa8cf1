import { expect, test } from "vitest";
import { countingCopy, exceedsLoopLimit, loopsOf } from "../../harness/loops";
import { Stage } from "../../harness/stage";
import { type Dialect, detectDialect } from "../../runtime";

const shadertoy = (body: string, before = "") =>
  `${before}\nvoid mainImage(out vec4 c, in vec2 p) { float a = p.x; ${body} c = vec4(a); }`;

function exceeds(source: string): boolean {
  const dialect = detectDialect(source);
  if (dialect === null) throw new Error("the dialect is unknown");
  return exceedsLoopLimit(source, dialect, 1, {});
}

test("loops are found outside of comments", () => {
  expect(loopsOf(shadertoy("for (int i = 0; i < 3; i++) a += 1.0;"))).toBe("bounded");
  expect(loopsOf(shadertoy("do { a += 1.0; } while (a < 9.0);"))).toBe("open");
  expect(loopsOf(shadertoy("/* for (;;) {} while (true) */ // while (a)"))).toBe("none");
});

test.each([
  [
    "one after the other",
    "for (int i = 0; i < 300; i++) a += 1.0; for (int j = 0; j < 300; ++j) { a += 1.0; }",
    "bounded",
  ],
  ["nested", "for (int i = 0; i < 300; i++) { a += 1.0; for (int j = 0; j < 300; ++j) a += 1.0; }", "open"],
  ["nested without braces", "for (float i = 0.; i < 300.; i++) for (int j = 0; j <= 300; ++j) a += 1.0;", "open"],
  ["a large number", "for (int i = 0; i < 70000; i++) a += 1.0;", "open"],
  ["a macro", "for (int i = 0; i < STEPS; i++) a += 1.0;", "bounded"],
  ["a variable", "for (float i = 0.0; i < a; i++) a *= 0.5;", "open"],
  ["no condition", "for (;;) break;", "open"],
  ["a step that leads nowhere", "for (int i = 0; i < 1; i = i * 1) a = sin(a);", "open"],
  ["a step of nothing", "for (float x = 0.0; x < 1.0; x += 0.0) a = sin(a);", "open"],
  ["no step", "for (int i = 0; i < 9;) a = sin(a);", "open"],
  ["a step by a variable", "for (float x = 0.0; x < 9.0; x += a) a = sin(a);", "open"],
  ["other steps", "for (int i = 9; i > 0; --i) for (int j = 0; j < 9; j += 2) a = sin(a);", "bounded"],
  ["written out", "for (float x = 0.; x < 9.; x = x + .5) for (int j = 0; j < 9; j -= -STEP) a = sin(a);", "open"],
  ["by a macro", "for (float x = 0.; x < 9.; x = x + 0.5) for (int j = 0; j < 9; j += STEP) a = sin(a);", "bounded"],
])("%s", (_, body, expected) => {
  expect(loopsOf(shadertoy(body))).toBe(expected);
});

test.each([
  ["for", "for (int i = 0; i < 70000; i++) a = sin(a);"],
  ["for without a header", "for (;;) { a = sin(a); if (a > 2.0) break; }"],
  ["while", "while (a > -9.0) a = sin(a);"],
  ["do", "do a = sin(a); while (a < 9.0);"],
  ["nested", "for (int i = 0; i < 300; i++) for (int j = 0; j < 300; j++) a = sin(a);"],
  ["with brackets in its header", "for (int i = int(max(0.0, 0.0)); (i < (70000)); i += int(abs(1.0))) a = sin(a);"],
  ["without an effect", "int i; for (i = 0; i < 1; i = i * 1) {}"],
  ["a rare pixel", "if (fract(p.x / 40.0) < 0.1) for (int i = 0; i < 90000; i++) a = sin(a);"],
])("%s above the limit", (_, body) => {
  expect(exceeds(shadertoy(body))).toBe(true);
});

test.each([
  ["short loops", "for (int i = 0; i < 200; i++) for (int j = 0; j < 50; j++) a = sin(a);"],
  ["a loop that is left", "for (int i = 0; i < 90000; i++) { if (i > 40) break; a = sin(a); }"],
  ["a loop that nobody enters", "if (p.x < -1.0) for (int i = 0; i < 90000; i++) a = sin(a);"],
])("%s below the limit", (_, body) => {
  expect(exceeds(shadertoy(body))).toBe(false);
});

test("in functions and macros, over several lines", () => {
  const before =
    "#define LOOP for (int i = 0; \\\n i < 70000; i++)\nfloat f(float x) {\n LOOP\n x = sin(x);\n return x; }";
  expect(exceeds(shadertoy("a = f(a);", before))).toBe(true);
});

test.each([
  ["in parts", "#define LOOP for (\n", "LOOP ;;) { a = sin(a); if (a > 2.0) break; }"],
  ["the word alone", "#define F for\n#define W while // never\n", "F (int i = 0; i < 3; i++) W (a < 9.0) a = sin(a);"],
  ["in parts of parts", "#define A for (int i = 0;\n#define B A i < \\\n 70000;\n", "B i++) a = sin(a);"],
])("a loop that macros hide: %s", (_, before, body) => {
  expect(loopsOf(shadertoy(body, before))).toBe("open");
  expect(exceeds(shadertoy(body, before))).toBe(true);
});

test("macros that stand for themselves, or for ever more, are left alone", () => {
  const bomb = Array.from({ length: 9 }, (_, n) => `#define L${n + 1} ${`L${n} `.repeat(9)}`).join("\n");
  for (const before of ["#define for for", "#define X while X", `#define L0 for (;;) {}\n${bomb}`]) {
    expect(exceeds(shadertoy("a = sin(a); for (int i = 0; i < 3; i++) a = 1.0;", before))).toBe(false);
  }
});

const LOOP = "float a = 0.0; for (int i = 0; i < 70000; i++) a = sin(a + 0.1);";

test.each<[Dialect, string]>([
  ["es100", `void main() { ${LOOP} gl_FragColor = vec4(a); }`],
  ["glsl-sandbox", `uniform float time; void main() { ${LOOP} gl_FragColor = vec4(a); }`],
  ["book-of-shaders", `uniform float u_time; void main(void) { ${LOOP} gl_FragColor = vec4(a); }`],
  ["es300", `#version 300 es\nprecision highp float;\nout vec3 colour; void main() { ${LOOP} colour = vec3(a); }`],
])("%s", (dialect, source) => {
  expect(detectDialect(source)).toBe(dialect);
  expect(exceeds(source)).toBe(true);
});

test("parameters keep their defaults", () => {
  const before = "uniform int steps; // = 70000 in [1, 100000]";
  expect(exceeds(shadertoy("for (int i = 0; i < steps; i++) /* here */ a = sin(a);", before))).toBe(true);
});

test("the counting copy draws black where all is well, and still compiles", () => {
  const source = shadertoy("for (int i = 0; i < 20; i++) a = sin(a);");
  const copy = countingCopy(source, "shadertoy");
  const stage = Stage.create();
  expect(copy).not.toBeNull();
  expect(stage?.compile(copy ?? "", { dialect: "shadertoy" }).errors).toEqual([]);
  stage?.dispose();
});
