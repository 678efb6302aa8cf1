import { Text } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import { BUILTIN_NAMES } from "../../../runtime";
import { completions, explain } from "../../../src/features/editor/code/completion";
import { BUILTINS } from "../../../src/features/editor/code/functions";
import { ownNames } from "../../../src/features/editor/code/names";
import { diagnostics } from "../../../src/features/editor/code/problems";
import { UNIFORMS } from "../../../src/features/editor/code/uniforms";
import { TEMPLATES } from "../../../src/features/editor/templates";
import { Canvas } from "../../runtime/canvas";

function labels(source: string, word = ""): string[] {
  return completions(source, word).map(({ label }) => label);
}

const SHADERTOY = "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }";
const BOOK = "uniform float u_time;\nvoid main() { gl_FragColor = vec4(u_time); }";

describe("completion", () => {
  test("offers the uniforms of the dialect and not those of others", () => {
    expect(labels(SHADERTOY)).toEqual(expect.arrayContaining(["iTime", "iResolution", "iMouse"]));
    expect(labels(SHADERTOY)).not.toContain("u_time");
    expect(labels(BOOK)).toEqual(expect.arrayContaining(["u_time", "u_mouse"]));
    expect(labels(BOOK)).not.toContain("iTime");
    expect(labels("")).toEqual(expect.arrayContaining(["u_time", "iTime", "time"]));
  });

  test("knows every uniform that the site feeds", () => {
    expect([...BUILTIN_NAMES].filter((name) => !UNIFORMS.some((one) => one.name === name))).toEqual([]);
  });

  test("offers the functions of the language's version", () => {
    expect(labels(SHADERTOY)).toContain("texture");
    expect(labels(SHADERTOY)).not.toContain("texture2D");
    expect(labels(BOOK)).toContain("texture2D");
  });

  test("says what a name is", () => {
    expect(explain("smoothstep", null)?.head).toBe("T smoothstep(T from, T to, T x)");
    expect(explain("u_time", "book-of-shaders")).toEqual({ head: "float u_time", about: "Seconds." });
    expect(explain("nothing", null)).toBeNull();
  });

  test("does not offer the word that is being typed", () => {
    expect(labels(`${SHADERTOY}\nfloat wav`, "wav")).not.toContain("wav");
  });
});

test.each(BUILTINS.map((one) => [one.name, one] as const))("%s has a signature and a sentence", (name, one) => {
  expect(one.signature).toContain(`${name}(`);
  expect(one.about).toMatch(/^\S.*\.$/);
});

describe("own names", () => {
  test("are functions, variables, macros and types", () => {
    const names = ownNames(`#define TAU 6.28
#iUniform float glow = 0.5
struct Ray { vec3 from; };
uniform float speed; // = 1.0
const vec3 SKY = vec3(0.0, 0.1, 0.2), SEA = vec3(0.1);
// float hidden = 1.0;
float wave(vec2 at, float t) {
  float a = sin(at.x), b = max(at.y, t);
  for (int i = 0; i < 3; i++) a += b;
  return a;
}`);
    expect(names.map(({ name }) => name).sort()).toEqual(
      ["Ray", "SEA", "SKY", "TAU", "a", "at", "b", "from", "glow", "i", "speed", "t", "wave"].sort(),
    );
    expect(names.find(({ name }) => name === "wave")).toMatchObject({
      kind: "function",
      detail: "float wave(vec2 at, float t)",
    });
  });

  test.each(TEMPLATES.map((one) => [one.name, one] as const))("of the template %s are no words", (_, { source }) => {
    const names = ownNames(source).map(({ name }) => name);
    expect(names).not.toEqual(expect.arrayContaining(["return"]));
    expect(names.length).toBeGreaterThan(1);
  });
});

describe("an error is marked", () => {
  const doc = Text.of(["void main() {", "  float a = colr;", "", "}"]);
  const at = (line: number, column: number | null, token: string | null) =>
    diagnostics([{ line, column, token, message: "wrong" }], doc).map(({ from, to }) => doc.sliceString(from, to));

  test("at its token", () => expect(at(2, 13, "colr")).toEqual(["colr"]));
  test("on its line without a column", () => expect(at(2, null, null)).toEqual(["float a = colr;"]));
  test("on an empty line", () => expect(at(3, null, null)).toEqual([""]));
  test("on the last line where the text has become shorter", () => expect(at(99, 40, "x")).toEqual([""]));

  test("where the compiler found it", () => {
    const source = "void mainImage(out vec4 c, in vec2 p) {\n  float ok = 1.0;\n  c = vec4(colr, ok);\n}\n";
    const { errors } = new Canvas().runtime.compile(source);
    const first = diagnostics(errors, Text.of(source.split("\n"))).find(({ message }) => /undeclared/.test(message));
    expect(source.slice(first?.from, first?.to)).toBe("colr");
    expect(first?.message).toMatch(/^colr: /);
  });
});
