/** Finds the brace that a text forgot to close. */

import type { Scan } from "./scan";

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A brace that is open, and those around it. */
interface Open {
  readonly place: Place;
  /** Spaces before the line on which it stands: they tell which brace a `}` was meant for. */
  readonly indent: number;
  readonly outer: Open | null;
}

interface Brace {
  readonly closes: boolean;
  readonly place: Place;
  readonly indent: number;
  /** True where nothing but space stands before it. */
  readonly first: boolean;
}

/**
 * The `{` that has no partner, or null where all have one. When a `}` stands further left than the line of the brace
 * that it would close, that brace is the forgotten one; else it is the last that is still open at the end.
 */
export function unclosedBrace(found: Scan): Place | null {
  const braces = bracesOf(found);
  const last = match(braces, false).open;
  if (last === null) return null;
  return (match(braces, true).forgotten ?? last).place;
}

/** Walks the braces; the last branch of an `#if` counts. With `byIndent` a `}` passes over deeper blocks. */
function match(braces: readonly (Brace | "if" | "else" | "endif")[], byIndent: boolean) {
  let open = null as Open | null;
  let forgotten = null as Open | null;
  const branches: (Open | null)[] = [];
  for (const brace of braces) {
    if (brace === "if") branches.push(open);
    else if (brace === "else") open = branches.at(-1) ?? null;
    else if (brace === "endif") branches.pop();
    else if (!brace.closes) open = { place: brace.place, indent: brace.indent, outer: open };
    else {
      while (byIndent && brace.first && open?.outer && open.indent > brace.indent) {
        forgotten ??= open;
        open = open.outer;
      }
      open = open?.outer ?? null;
    }
  }
  return { open, forgotten };
}

function bracesOf(found: Scan): (Brace | "if" | "else" | "endif")[] {
  const braces: (Brace | "if" | "else" | "endif")[] = [];
  const physical = lineWalker(found.mask);
  for (const line of found.lines) {
    if (line.directive !== null) {
      if (/^if(n?def)?$/.test(line.directive)) braces.push("if");
      else if (/^(else|elif)$/.test(line.directive)) braces.push("else");
      else if (line.directive === "endif") braces.push("endif");
      continue;
    }
    for (let i = line.from; i < line.to; i++) {
      const char = found.code[i];
      if (char !== "{" && char !== "}") continue;
      const at = found.origin[i] ?? 0;
      const { number, start, indent } = physical(at);
      const place = { line: number, column: at - start + 1 };
      braces.push({ closes: char === "}", place, indent, first: start + indent === at });
    }
  }
  return braces;
}

/** Gives the line of offsets that are asked for in rising order. */
function lineWalker(mask: string): (offset: number) => { number: number; start: number; indent: number } {
  const indentFrom = (start: number) => /[^ \t]|$/.exec(mask.slice(start, start + 200))?.index ?? 0;
  let line = { number: 1, start: 0, indent: indentFrom(0) };
  let end = mask.indexOf("\n");
  return (offset) => {
    while (end !== -1 && end < offset) {
      line = { number: line.number + 1, start: end + 1, indent: indentFrom(end + 1) };
      end = mask.indexOf("\n", end + 1);
    }
    return line;
  };
}
