import { describe, expect, test } from "vitest";
import { Canvas } from "./canvas";

function errorsOf(source: string) {
  const result = new Canvas().runtime.compile(source);
  expect(result).toMatchObject({ ok: false, lost: false });
  expect(result.errors.length).toBeGreaterThan(0);
  for (const { line } of result.errors) expect(line).toBeLessThanOrEqual(source.split(/\r\n?|\n/).length);
  return result.errors;
}

const FORGERIES: [string, string, number, number][] = [
  ["#line", "#line 500\nvoid mainImage(out vec4 c, in vec2 p) { c = foo; }", 1, 1],
  ["with spaces", "\n \t# \tline 500\nvoid mainImage(out vec4 c, in vec2 p) { c = foo; }", 2, 3],
  ["through a continuation", "\n#li\\\nne 500\nvoid mainImage(out vec4 c, in vec2 p) { c = foo; }", 2, 1],
  [
    "through a continuation behind the hash",
    "#\\\r\nline 500\nvoid mainImage(out vec4 c, in vec2 p) { c = foo; }",
    1,
    1,
  ],
  ["through a comment", "#/* \n\n */line 500\nvoid mainImage(out vec4 c, in vec2 p) { c = foo; }", 1, 1],
  ["behind a comment", "/* \n */ #line 500\nvoid mainImage(out vec4 c, in vec2 p) { c = foo; }", 2, 5],
  ["with a macro", "#define N 500\n#line N\nvoid mainImage(out vec4 c, in vec2 p) { c = foo; }", 2, 1],
  ["a late version", "void mainImage(out vec4 c, in vec2 p) { c = foo; }\n#version 300 es\n", 2, 1],
  ["another version", "#version 450\nvoid mainImage(out vec4 c, in vec2 p) { c = foo; }", 1, 1],
];

describe("forged lines are refused where they stand", () => {
  test.each(FORGERIES)("%s", (_name, source, line, column) => {
    const errors = errorsOf(source);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ line, column });
  });

  test("a macro cannot make a directive", () => {
    const errors = errorsOf("#define D #line 500\nD\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(foo); }");
    expect(errors[0]?.line).toBe(2);
  });

  test("a comment or a disabled line is no directive of ours to judge wrongly", () => {
    const source = "// #line 500\n/*\n#version 450\n*/\nvoid mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }";
    expect(new Canvas().runtime.compile(source).ok).toBe(true);
  });

  test("a backslash at the end does not swallow what comes after", () => {
    const source = "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); } // \\";
    expect(new Canvas().runtime.compile(source).ok).toBe(true);
  });
});
