import { expect, test } from "vitest";
import { guardedCopy } from "../../harness/guard";
import { Stage } from "../../harness/stage";

const BODIES = [
  "a = b / c;",
  "a = 2 * b / c % d + b / c;",
  "a = (b + 1) / f(c, d)[0] / m[1].y;",
  "v = v / 2.0; v.xy /= 3.0; v = -v * 2.0 / (1.0 + v.x);",
  "if (b / c > 1 && -b % c < 2) return;",
];

test.each(BODIES)("%s compiles with guards", (body) => {
  const before = "ivec2 f(int x, int y) { return ivec2(x, y); } // a / b\n#define HALF(x) ((x) / 2)\n";
  const locals = "int a = 0, b = 5, c = 3, d = 2; vec4 v = vec4(1.0); ivec2 m[2]; m[1] = ivec2(1);";
  const source = `${before}void mainImage(out vec4 o, in vec2 p) { ${locals} ${body} o = vec4(a) + v + float(HALF(6)); }`;
  const copy = guardedCopy(source, "shadertoy");
  expect(copy.match(/ff_dividend\(/g)?.length).toBeGreaterThan(15);
  const stage = Stage.create();
  expect(stage?.compile(copy, { dialect: "shadertoy" }).errors).toEqual([]);
  stage?.dispose();
});

test("the product before the operator is guarded, and nothing else", () => {
  const guarded = guardedCopy("x = a + b * c[1] / d / e.y; // a / b", "es100").split("\n").at(-1);
  expect(guarded).toBe("x = a + ff_dividend(ff_dividend(b * c[1] )/ d )/ e.y; // a / b");
});

test("ES 1.00 has its own set", () => {
  const stage = Stage.create();
  const source = "void main() { int n = 7; gl_FragColor = vec4(n / 2, 0.5 / 2.0, 0.0, 1.0); }";
  expect(stage?.compile(guardedCopy(source, "es100"), { dialect: "es100" }).errors).toEqual([]);
  stage?.dispose();
});
