import { describe, expect, test } from "vitest";
import text from "../../../../docs/dialects.md?raw";
import { BUILTIN_NAMES, DIALECTS } from "../../runtime";
import { Canvas } from "./canvas";

const examples = [...text.matchAll(/^```glsl (\S+)\n([\s\S]*?)^```/gm)].map((match) => [
  match[1] ?? "",
  match[2] ?? "",
]);

describe("docs/dialects.md", () => {
  test("has an example of every dialect", () => {
    expect(new Set(examples.map(([dialect]) => dialect))).toEqual(new Set(DIALECTS));
  });

  test.each(examples)("an example of %s compiles as it and draws something", (dialect, source) => {
    const canvas = new Canvas(64, 36);
    const result = canvas.runtime.compile(source);
    expect(result.errors).toEqual([]);
    expect(result).toMatchObject({ ok: true, dialect });
    for (let frame = 0; frame < 30; frame++) canvas.runtime.draw(canvas.frame({ time: frame / 30 }));
    const pixels = canvas.read();
    const colours = new Set(
      Array.from({ length: 64 * 36 }, (_, i) => canvas.at(pixels, i % 64, Math.floor(i / 64)).join()),
    );
    expect(colours.size).toBeGreaterThan(1);
  });

  test("names every built-in uniform", () => {
    const missing = [...BUILTIN_NAMES].filter((name) => !text.includes(name) && !/^iChannel[123]$/.test(name));
    expect(missing).toEqual([]);
  });
});
