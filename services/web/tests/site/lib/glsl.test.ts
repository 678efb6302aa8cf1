import { expect, test } from "vitest";
import { tokenize } from "../../../src/lib/glsl";

function kinds(source: string): string[] {
  return tokenize(source).map((line) => line.map(({ kind, text }) => `${kind}:${text}`).join("|"));
}

test("a line is divided into its pieces", () => {
  expect(kinds("float x = 1.5e-3 * sin(iTime); // slow")).toEqual([
    "type:float|plain: x = |number:1.5e-3|plain: * |builtin:sin|plain:(|builtin:iTime|plain:); |comment:// slow",
  ]);
});

test("comments and directives go over lines", () => {
  expect(kinds("/* a\nfloat */ b\n#define A \\\n 1 // c")).toEqual([
    "comment:/* a",
    "comment:float */|plain: b",
    "directive:#define A \\",
    "directive: 1 |comment:// c",
  ]);
  expect(kinds("x /* open")).toEqual(["plain:x |comment:/* open"]);
});

test("together the pieces are the text, whatever it is", () => {
  const texts = ["", "\n\n", "a\r\nb", "1.0.0 .5 0x1Fu <b>&amp;</b>", "/**/ # define\n#", "é ∑ 'x'", "a//b\\\nc\nd"];
  for (const text of texts) {
    const again = tokenize(text).map((line) => line.map((token) => token.text).join(""));
    expect(again.join("\n")).toBe(text);
  }
});
