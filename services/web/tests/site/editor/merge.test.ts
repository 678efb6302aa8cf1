import { describe, expect, test } from "vitest";
import { conflictsIn, mergeTexts, type Resolution, resolved } from "../../../src/features/editor/merge/merge";

const BASE = "a\nb\nc\nd\ne\n";

function take(text: string, resolution: Resolution): string {
  const [conflict] = conflictsIn(text);
  if (conflict === undefined) return text;
  return text.slice(0, conflict.from) + resolved(conflict, resolution) + text.slice(conflict.to);
}

describe("two edits", () => {
  test("at different places are joined", () => {
    const text = mergeTexts("A\nb\nc\nd\ne\n", BASE, "a\nb\nc\nd\nE\nf\n");
    expect(text).toBe("A\nb\nc\nd\nE\nf\n");
    expect(conflictsIn(text)).toEqual([]);
  });

  test("that are the same are no conflict", () => {
    expect(mergeTexts("a\nb\nX\nd\ne\n", BASE, "a\nb\nX\nd\ne\n")).toBe("a\nb\nX\nd\ne\n");
  });

  test("of the same line stand side by side with what was there before", () => {
    const text = mergeTexts("a\nb\nmine\nd\ne\n", BASE, "a\nb\ntheirs\nd\ne\n");
    expect(conflictsIn(text)).toMatchObject([{ line: 3, mine: "mine\n", base: "c\n", theirs: "theirs\n" }]);
  });

  test.each<[Resolution, string]>([
    ["mine", "a\nb\nmine\nd\ne\n"],
    ["theirs", "a\nb\ntheirs\nd\ne\n"],
    ["both", "a\nb\nmine\ntheirs\nd\ne\n"],
    ["base", BASE],
  ])("are resolved by taking %s", (resolution, expected) => {
    expect(take(mergeTexts("a\nb\nmine\nd\ne\n", BASE, "a\nb\ntheirs\nd\ne\n"), resolution)).toBe(expected);
  });

  test("of the last line without an end are resolved too", () => {
    expect(take(mergeTexts("a\nmine", "a\nb", "a\ntheirs"), "theirs")).toBe("a\ntheirs\n");
  });

  test("where one takes away what the other changed are a conflict", () => {
    const [conflict] = conflictsIn(mergeTexts("a\nb\nd\ne\n", BASE, "a\nb\nC\nd\ne\n"));
    expect(conflict).toMatchObject({ mine: "", theirs: "C\n" });
  });
});

describe("conflicts", () => {
  test("are found each at its place", () => {
    const text = mergeTexts("1\nb\nc\nd\n2\n", BASE, "one\nb\nc\nd\ntwo\n");
    expect(conflictsIn(text).map(({ line }) => line)).toEqual([1, 11]);
    expect(conflictsIn(take(text, "mine"))).toHaveLength(1);
  });

  test("whose marks were edited by hand are resolved", () => {
    const text = mergeTexts("1\nb\nc\nd\ne\n", BASE, "one\nb\nc\nd\ne\n");
    expect(conflictsIn(text.replace(">>>>>>> theirs", ""))).toEqual([]);
  });

  test("are not seen in code that only looks like it", () => {
    expect(conflictsIn("// =======\nint a = b << 3;\n>>>>>>> theirs\n")).toEqual([]);
  });
});
