/** Questions about the names of a text that need no compiler. */

import type { Scan } from "./scan";

const NAMES = new WeakMap<Scan, ReadonlySet<string>>();
const GLOBALS = new WeakMap<Scan, string>();

function remembered<T>(memory: WeakMap<Scan, T>, found: Scan, make: () => T): T {
  const known = memory.get(found);
  if (known !== undefined) return known;
  const made = make();
  memory.set(found, made);
  return made;
}

export function mentions(found: Scan, name: string): boolean {
  return remembered(NAMES, found, () => new Set(found.code.match(/[A-Za-z_]\w*/g))).has(name);
}

export function definesMacro(found: Scan, name: string): boolean {
  if (!mentions(found, name)) return false;
  const macro = new RegExp(`^[ \\t\\v\\f]*#[ \\t\\v\\f]*define[ \\t\\v\\f]+${name}\\b`);
  return found.lines.some((line) => line.directive === "define" && macro.test(line.text));
}

/** True where the text defines or announces a function of that name. */
export function definesFunction(found: Scan, name: string): boolean {
  if (!mentions(found, name)) return false;
  return new RegExp(`\\b(?!(?:return|else)\\b)[A-Za-z_]\\w*\\s+${name}\\s*\\(`).test(globals(found));
}

/** True where the text declares a global variable or uniform of that name. */
export function declaresVariable(found: Scan, name: string): boolean {
  const pattern = `\\b(?:float|int|bool|[ib]?vec[234]|sampler\\w+)\\s+(?:[^;]*,\\s*)?${name}\\b(?!\\s*\\()`;
  return new RegExp(pattern).test(globals(found));
}

/** True where the text declares an input that the vertex shader hands over. */
export function declaresVarying(found: Scan, name: string): boolean {
  return mentions(found, name) && new RegExp(`\\b(?:varying|in)\\s[^;{}()]*\\b${name}\\b`).test(globals(found));
}

/** The code outside of every brace and parenthesis; each of these stands as an empty pair. */
function globals(found: Scan): string {
  return remembered(GLOBALS, found, () => outside(found.plain));
}

function outside(plain: string): string {
  let depth = 0;
  let kept = "";
  for (const piece of plain.split(/([{}()])/)) {
    if (piece === "{" || piece === "(") {
      if (depth === 0) kept += piece;
      depth += 1;
    } else if (piece === "}" || piece === ")") {
      depth = Math.max(0, depth - 1);
      if (depth === 0) kept += piece;
    } else if (depth === 0) {
      kept += piece;
    }
  }
  return kept;
}
