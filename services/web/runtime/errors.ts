/** Turns a compiler's log into errors on the author's own lines. */

import { normalise } from "./scan";

export interface ShaderError {
  /** From 1, in the author's text. */
  readonly line: number;
  /** From 1, or null where the token is not on that line. */
  readonly column: number | null;
  readonly token: string | null;
  readonly message: string;
}

const ENTRY = /^ERROR: (\d+):(\d+|\?): (?:'(.*?)' : )?(.*)$/;

export function mapErrors(log: string, source: string): ShaderError[] {
  const lines = normalise(source).split("\n");
  const errors: ShaderError[] = [];
  for (const raw of log.replaceAll("\0", "").split("\n")) {
    const match = ENTRY.exec(raw.trim());
    if (!match) continue;
    const token = match[3] === undefined || match[3] === "" ? null : match[3];
    const line = Math.min(Math.max(Number(match[2]) || 1, 1), lines.length);
    const found = token === null ? -1 : (lines[line - 1] ?? "").indexOf(token);
    errors.push({ line, column: found === -1 ? null : found + 1, token, message: match[4] ?? "" });
  }
  return errors;
}
