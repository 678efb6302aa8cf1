import { describe, expect, test } from "vitest";
import { type ParameterValue, parseParameters } from "../../../runtime";
import vectors from "../../../runtime/vectors/parameters.json";
import { applyEdits, decimal, writeBack } from "../../../src/features/editor/writeback";

function written(source: string, name: string, value: ParameterValue, step: number | null = null): string | null {
  const edit = writeBack(source, name, value, step);
  return edit && applyEdits(source, [edit]);
}

describe("a value is written into", () => {
  test.each([
    [
      'uniform float speed; // = 1.0 in [0.0, 4.0] step 0.1 "Speed"',
      "speed",
      2.5,
      'uniform float speed; // = 2.5 in [0.0, 4.0] step 0.1 "Speed"',
    ],
    ["uniform  float x ;//=3", "x", 2, "uniform  float x ;//=2.0"],
    ["uniform int n; // = 3 in [1, 9]", "n", 7, "uniform int n; // = 7 in [1, 9]"],
    ['uniform bool on; // = true "On"', "on", false, 'uniform bool on; // = false "On"'],
    [
      "uniform vec3 tint;  // = vec3(1.0, 0.5, 0.2) color",
      "tint",
      [0.25, 0.5, 1],
      "uniform vec3 tint;  // = vec3(0.25, 0.5, 1.0) color",
    ],
    ["uniform vec2 at; // = vec2(1.0)", "at", [-1, 0.5], "uniform vec2 at; // = vec2(-1.0, 0.5)"],
    [
      "#iUniform float glow = 0.5 in {0.0, 2.0} step 0.1",
      "glow",
      1.25,
      "#iUniform float glow = 1.25 in {0.0, 2.0} step 0.1",
    ],
    [
      "  #  iUniform color3 sky = color3(0.1, 0.2, 0.3)",
      "sky",
      [1, 1, 1],
      "  #  iUniform color3 sky = color3(1.0, 1.0, 1.0)",
    ],
    ["#iUniform bool invert = false // a switch", "invert", true, "#iUniform bool invert = true // a switch"],
    ["#iUniform float /* a */ x = -1.5e-3f in {-1, 1}", "x", 0.5, "#iUniform float /* a */ x = 0.5 in {-1, 1}"],
    ["/* // = 9 */ uniform float x; // = 1.0 // = 2.0", "x", 3, "/* // = 9 */ uniform float x; // = 3.0 // = 2.0"],
  ] as const)("%s", (source, name, value, expected) => {
    expect(written(source, name, value, null)).toBe(expected);
    const around = (text: string) => `// first\n\n${text}\nvoid main() {}\n`;
    expect(written(around(source), name, value, null)).toBe(around(expected));
  });

  test("the declaration that counts, when a comment shows another", () => {
    const source = "/*\nuniform float x; // = 1.0\n*/\nuniform float x; // = 2.0";
    expect(written(source, "x", 3)).toBe("/*\nuniform float x; // = 1.0\n*/\nuniform float x; // = 3.0");
  });

  test.each([
    ["uniform float x; // the speed", "x"],
    ["uniform float x; // = 1.0", "y"],
    ["uniform float iTime; // = 1.0", "iTime"],
  ])("nothing of %s", (source, name) => {
    expect(writeBack(source, name, 1, null)).toBeNull();
  });
});

const cases = vectors.parse.flatMap(({ name, source }) =>
  parseParameters(source).map((one) => [name, source, one] as const),
);

test.each(cases)("%s: what is written is read back", (_, source, parameter) => {
  const { default: initial, min, max } = parameter;
  const middle = (one: number) => (min !== null && max !== null ? (min + max) / 2 : one + 0.5);
  const value =
    typeof initial === "boolean" ? !initial : typeof initial === "number" ? middle(initial) : initial.map(middle);
  const changed = written(source, parameter.name, value);
  if (changed === null) return expect(source).toMatch(/\\\n|\r/);
  const read = parseParameters(changed).find(({ name }) => name === parameter.name);
  const near = (given: ParameterValue) => (Array.isArray(given) ? given : [given]).map(Number);
  const tolerance = parameter.type === "int" ? 0.51 : 1e-3 * Math.max(1, ...near(value).map(Math.abs));
  near(read?.default ?? Number.NaN).forEach((one, i) => {
    expect(Math.abs(one - (near(value)[i] ?? Number.NaN))).toBeLessThanOrEqual(tolerance);
  });
  expect(changed.split("\n")).toHaveLength(source.split("\n").length);
});

test.each([
  [0.30000000000000004, 0.1, "0.3"],
  [1.23456, null, "1.235"],
  [2, 0.5, "2.0"],
  [-0, null, "0.0"],
  [0.125, 0.005, "0.125"],
  [1234.5, null, "1235.0"],
] as const)("%d at step %s is written %s", (value, step, text) => {
  expect(decimal(value, step)).toBe(text);
});
