import { describe, expect, test } from "vitest";
import { scan } from "../../runtime/scan";

function numbered(source: string) {
  return scan(source)
    .lines.filter((line) => line.text.trim() !== "")
    .map((line) => [line.line, line.text.trim(), line.directive]);
}

describe("scan", () => {
  test("lines are numbered as the author sees them", () => {
    expect(numbered("a\r\nb\rc\n\nd")).toEqual([
      [1, "a", null],
      [2, "b", null],
      [3, "c", null],
      [5, "d", null],
    ]);
  });

  test("a continuation joins lines and keeps the count", () => {
    expect(numbered("#li\\\nne 5\na")).toEqual([
      [1, "#line 5", "line"],
      [3, "a", null],
    ]);
  });

  test("a comment of several lines does not end a directive", () => {
    expect(numbered("# /* x\n */ line 5\na")).toEqual([
      [1, "#   line 5", "line"],
      [3, "a", null],
    ]);
  });

  test("every character of the code knows where it stood", () => {
    const found = scan("a /* \n */ b\\\nc // d\r\ne");
    const places = [...found.code].map((char, i) => (/\w/.test(char) ? found.source[found.origin[i] ?? -1] : ""));
    expect(places.join("")).toBe("abce");
    expect(found.mask).toBe("a    \n    b \nc     \ne");
  });

  test("an unclosed comment is told from a closed one", () => {
    expect(scan("a\n/* b\nc").openComment).toBe(2);
    expect(scan("/*/").openComment).toBe(1);
    expect(scan("/**/").openComment).toBe(null);
    expect(scan("// /*").openComment).toBe(null);
  });

  test("a hostile text takes no longer than its size", { timeout: 30_000 }, () => {
    const start = performance.now();
    for (const text of ["\n", "/*", "//\n", "{", "\\\n", "#", "a"]) scan(text.repeat(65536));
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
