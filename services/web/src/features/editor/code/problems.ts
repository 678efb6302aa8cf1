/** Compiler errors as CodeMirror diagnostics. */

import type { Diagnostic } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { ShaderError } from "../../../../runtime";

/** The range to underline: the token, else the line without the space around it; never empty where the line is not. */
export function rangeOf(error: ShaderError, doc: Text): { from: number; to: number } {
  const line = doc.line(Math.min(Math.max(error.line, 1), doc.lines));
  if (error.column !== null) {
    const from = Math.min(line.from + error.column - 1, line.to);
    const token = error.token ?? "";
    const length = token !== "" && doc.sliceString(from, from + token.length) === token ? token.length : 1;
    return { from, to: Math.min(from + length, line.to) };
  }
  const start = line.text.length - line.text.trimStart().length;
  return { from: line.from + start, to: Math.max(line.from + line.text.trimEnd().length, line.from + start) };
}

export function diagnostics(errors: readonly ShaderError[], doc: Text): Diagnostic[] {
  return errors
    .map((error) => ({ ...rangeOf(error, doc), severity: "error" as const, message: messageOf(error) }))
    .sort((a, b) => a.from - b.from);
}

export function messageOf({ token, message }: ShaderError): string {
  return token === null || message.includes(token) ? message : `${token}: ${message}`;
}
