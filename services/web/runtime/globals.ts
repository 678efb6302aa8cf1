/** Finds global variables whose initial value can be set at the start of `main` instead. */

import { lineCounter, type Scan } from "./scan";

export interface MovableGlobal {
  /** Range of `= value` in `Scan.source`. */
  readonly from: number;
  readonly to: number;
  /** Line of the author's text on which the value begins. */
  readonly line: number;
  readonly statement: string;
}

const DECLARATION = /^\s*(?:(?:lowp|mediump|highp)\s+)?([A-Za-z_]\w*)\s+([A-Za-z_]\w*\s*=[^=])/;
const QUALIFIERS = new Set([
  "const",
  "uniform",
  "varying",
  "attribute",
  "in",
  "out",
  "precision",
  "struct",
  "invariant",
  "return",
]);

/**
 * Values of non-constant globals, in the text's order. Those that stand between `#if` and `#endif` are left alone:
 * whether they count is known only to the preprocessor.
 */
export function movableGlobals(found: Scan): MovableGlobal[] {
  const lineOf = lineCounter(found.source);
  const made: MovableGlobal[] = [];
  for (const [from, to] of globalStatements(found)) {
    const declaration = DECLARATION.exec(found.code.slice(from, to));
    if (!declaration || QUALIFIERS.has(declaration[1] ?? "")) continue;
    const nameAt = from + declaration[0].length - (declaration[2] ?? "").length;
    for (const [start, end] of declarators(found.code, nameAt, to)) {
      const equals = found.code.indexOf("=", start);
      if (equals === -1 || equals >= end) continue;
      const value = found.code.slice(equals + 1, end);
      const offset = found.origin[equals] ?? 0;
      made.push({
        from: offset,
        to: found.origin[end] ?? offset,
        line: lineOf(offset),
        statement: `${found.code.slice(start, equals).trim()} = ${value.replaceAll("\n", " ").trim()};`,
      });
    }
  }
  return made;
}

/** Ranges in `code` of the statements outside of braces and conditionals, without their semicolon. */
function globalStatements(found: Scan): [number, number][] {
  const ranges: [number, number][] = [];
  let conditionals = 0;
  let depth = 0;
  let start: number | null = null;
  for (const line of found.lines) {
    if (line.directive !== null) {
      if (/^if(n?def)?$/.test(line.directive)) conditionals += 1;
      if (line.directive === "endif") conditionals = Math.max(0, conditionals - 1);
      start = null;
      continue;
    }
    if (depth === 0 && start === null && conditionals === 0) start = line.from;
    for (let i = line.from; i < line.to; i++) {
      const char = found.code[i] ?? "";
      if ("{([".includes(char)) depth += 1;
      if ("})]".includes(char)) depth = Math.max(0, depth - 1);
      if (depth > 0 || (char !== ";" && char !== "}")) continue;
      if (char === ";" && start !== null && conditionals === 0) ranges.push([start, i]);
      start = i + 1;
    }
  }
  return ranges;
}

/** Ranges of the parts of a declaration between its commas. */
function declarators(code: string, from: number, to: number): [number, number][] {
  const ranges: [number, number][] = [];
  let depth = 0;
  let start = from;
  for (let i = from; i < to; i++) {
    const char = code[i] ?? "";
    if ("([{".includes(char)) depth += 1;
    if (")]}".includes(char)) depth -= 1;
    if (char !== "," || depth > 0) continue;
    ranges.push([start, i]);
    start = i + 1;
  }
  ranges.push([start, to]);
  return ranges;
}
