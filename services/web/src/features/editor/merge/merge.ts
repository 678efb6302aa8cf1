/**
 * Joins two edits of one text, line by line. What both changed in different ways stands in the result as a block
 * between the marks that programmers know, so that it can be resolved by a button or by hand, and nothing is lost
 * before the author decides.
 */

import { diff3Merge } from "node-diff3";

export type Resolution = "mine" | "theirs" | "both" | "base";

export interface Conflict {
  /** Range of the whole block in the text, with its marks and last line end. */
  readonly from: number;
  readonly to: number;
  /** Line of its first mark, from 1. */
  readonly line: number;
  readonly mine: string;
  readonly base: string;
  readonly theirs: string;
}

const MINE = "<<<<<<< mine";
const BASE = "||||||| before";
const BETWEEN = "=======";
const THEIRS = ">>>>>>> theirs";

/** The joined text; without conflicts it has no marks. */
export function mergeTexts(mine: string, base: string, theirs: string): string {
  const regions = diff3Merge(mine.split("\n"), base.split("\n"), theirs.split("\n"), { excludeFalseConflicts: true });
  const lines = regions.flatMap(({ ok, conflict }) => {
    if (conflict === undefined) return ok ?? [];
    return [MINE, ...conflict.a, BASE, ...conflict.o, BETWEEN, ...conflict.b, THEIRS];
  });
  return lines.join("\n");
}

/** The blocks that are still to be resolved, in the order of the text. A block whose marks were edited is none. */
export function conflictsIn(text: string): Conflict[] {
  const found: Conflict[] = [];
  let open: { from: number; line: number; parts: string[][] } | null = null;
  let at = 0;
  for (const [index, line] of text.split("\n").entries()) {
    const end = Math.min(at + line.length + 1, text.length);
    if (line === MINE) open = { from: at, line: index + 1, parts: [[]] };
    else if (open !== null && line === THEIRS && open.parts.length === 3) {
      const [mine = "", base = "", theirs = ""] = open.parts.map((part) => part.map((one) => `${one}\n`).join(""));
      found.push({ from: open.from, to: end, line: open.line, mine, base, theirs });
      open = null;
    } else if (open !== null && line === [BASE, BETWEEN][open.parts.length - 1]) open.parts.push([]);
    else open?.parts.at(-1)?.push(line);
    at = end;
  }
  return found;
}

/** What stands in the place of the conflict after the choice. */
export function resolved({ mine, base, theirs }: Conflict, resolution: Resolution): string {
  if (resolution === "both") return mine + theirs;
  return { mine, base, theirs }[resolution];
}
