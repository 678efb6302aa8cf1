/** Questions about the names of a text that need no compiler. What is worked out for a text is kept as long as it is. */

import type { Scan } from "./scan";

interface Globals {
  /** The code outside of every brace and parenthesis; each of these stands as an empty pair. */
  readonly text: string;
  readonly variables: ReadonlySet<string>;
  /** Those variables that the vertex shader hands over. */
  readonly varyings: ReadonlySet<string>;
}

const NAMES = new WeakMap<Scan, ReadonlySet<string>>();
const GLOBALS = new WeakMap<Scan, Globals>();

const TYPE = /\b(?:float|int|bool|[ib]?vec[234]|mat[234]|sampler\w+)\s+/;
const NAME = /^\s*([A-Za-z_]\w*)\s*(?:[=[]|$)/;

function remembered<T>(memory: WeakMap<Scan, T>, found: Scan, make: (found: Scan) => T): T {
  const known = memory.get(found);
  if (known !== undefined) return known;
  const made = make(found);
  memory.set(found, made);
  return made;
}

export function mentions(found: Scan, name: string): boolean {
  return remembered(NAMES, found, ({ code }) => new Set(code.match(/[A-Za-z_]\w*/g))).has(name);
}

/** How the names begin that we put around the text: as none of its own does. */
export function ownPrefix(found: Scan): string {
  for (let n = 0; ; n++) {
    const prefix = n === 0 ? "ff_" : `ff${n}_`;
    if (!found.code.includes(prefix)) return prefix;
  }
}

export function definesMacro(found: Scan, name: string): boolean {
  if (!mentions(found, name)) return false;
  const macro = new RegExp(`^[ \\t\\v\\f]*#[ \\t\\v\\f]*define[ \\t\\v\\f]+${name}\\b`);
  return found.lines.some((line) => line.directive === "define" && macro.test(line.text));
}

/** True where the text defines or announces a function of that name. */
export function definesFunction(found: Scan, name: string): boolean {
  if (!mentions(found, name)) return false;
  const { text } = remembered(GLOBALS, found, globalsOf);
  return new RegExp(`\\b(?!(?:return|else)\\b)[A-Za-z_]\\w*\\s+${name}\\s*\\(`).test(text);
}

/** True where the text declares a global variable or uniform of that name. */
export function declaresVariable(found: Scan, name: string): boolean {
  return remembered(GLOBALS, found, globalsOf).variables.has(name);
}

/** True where the text declares an input that the vertex shader hands over. */
export function declaresVarying(found: Scan, name: string): boolean {
  return remembered(GLOBALS, found, globalsOf).varyings.has(name);
}

function globalsOf({ plain }: Scan): Globals {
  const text = outside(plain);
  const variables = new Set<string>();
  const varyings = new Set<string>();
  for (const statement of text.split(/[;{}]/)) {
    const type = TYPE.exec(statement);
    if (!type) continue;
    const handedOver = /\b(?:varying|in)\b/.test(statement.slice(0, type.index));
    for (const part of statement.slice(type.index + type[0].length).split(",")) {
      const name = NAME.exec(part)?.[1];
      if (name !== undefined) (handedOver ? varyings : variables).add(name);
    }
  }
  return { text, variables, varyings };
}

function outside(plain: string): string {
  let depth = 0;
  let kept = "";
  for (const piece of plain.split(/([{}()])/)) {
    const opens = piece === "{" || piece === "(";
    const closes = piece === "}" || piece === ")";
    if (closes) depth = Math.max(0, depth - 1);
    if (depth === 0) kept += piece;
    if (opens) depth += 1;
  }
  return kept;
}
