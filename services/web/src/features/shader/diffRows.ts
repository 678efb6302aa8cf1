import type { Schemas } from "../../api/client";

export interface DiffRow {
  readonly op: "equal" | "delete" | "insert";
  /** Line numbers on both sides; a line that only one side has bears the number of the line before on the other. */
  readonly old: number;
  readonly new: number;
  readonly text: string;
}

/** The lines of a hunk with their numbers. */
export function rowsOf(hunk: Schemas["Hunk"]): DiffRow[] {
  let old = hunk.old_start - 1;
  let now = hunk.new_start - 1;
  return hunk.changes.flatMap(({ op, lines }) =>
    lines.map((text) => {
      if (op !== "insert") old += 1;
      if (op !== "delete") now += 1;
      return { op, old, new: now, text };
    }),
  );
}
