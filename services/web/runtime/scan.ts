/**
 * Splits shader text the way a GLSL preprocessor sees it: line continuations are spliced and comments become
 * one space, while every character still knows where it stood in the author's text. It never fails; a block
 * comment that is not closed runs to the end of the text and is reported in `openComment`.
 */

export interface LogicalLine {
  /** Range in `Scan.code`, without the line's end. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** Line of the author's text where it begins, from 1. */
  readonly line: number;
  /** What stands after `//` on it, or null. */
  readonly comment: string | null;
  /** The directive's name (`define`, `line`, ...; empty for a lone `#`), or null where the line is none. */
  readonly directive: string | null;
}

export interface Scan {
  /** The author's text with every line end as `\n`. */
  readonly source: string;
  readonly code: string;
  /** For each character of `code` its offset in `source`; one entry more for the end. */
  readonly origin: Uint32Array;
  readonly lines: readonly LogicalLine[];
  /** Line where a block comment opens that is never closed. */
  readonly openComment: number | null;
  /** The code of the lines that are no directives, joined by `\n`. */
  readonly plain: string;
  /** `source` with comments and continuations as spaces: same length, same lines. */
  readonly mask: string;
}

const DIRECTIVE = /^[ \t\v\f]*#[ \t\v\f]*([A-Za-z_][A-Za-z0-9_]*)?/;

const SPACES = /[\u00A0\u1680\u2000-\u200B\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF]/g;

/**
 * Gives every line end as `\n`, and as a plain space each of the spaces that pages and editors slip into pasted
 * text (no-break, zero-width, byte order mark). Lines and columns stay as they are.
 */
export function normalise(source: string): string {
  return source.replace(/\r\n?/g, "\n").replace(SPACES, " ");
}

/** Gives the line, from 1, of offsets that are asked for in rising order. */
export function lineCounter(source: string): (offset: number) => number {
  let line = 1;
  let next = source.indexOf("\n");
  return (offset) => {
    while (next !== -1 && next < offset) {
      line += 1;
      next = source.indexOf("\n", next + 1);
    }
    return line;
  };
}

/** Collects the code piece by piece, with the offset of each character. */
class Builder {
  private readonly pieces: string[] = [];
  private readonly origin: Uint32Array;
  length = 0;

  constructor(size: number) {
    this.origin = new Uint32Array(size);
  }

  append(text: string, originOf: (index: number) => number): void {
    for (let i = 0; i < text.length; i++) this.origin[this.length + i] = originOf(i);
    this.length += text.length;
    this.pieces.push(text);
  }

  finish(end: number): { code: string; origin: Uint32Array } {
    this.origin[this.length] = end;
    return { code: this.pieces.join(""), origin: this.origin.subarray(0, this.length + 1) };
  }
}

function splice(source: string): { text: string; at: (index: number) => number } {
  if (!source.includes("\\\n")) return { text: source, at: (index) => index };
  const origins: number[] = [];
  let text = "";
  for (let i = 0; i < source.length; i++) {
    if (source.startsWith("\\\n", i)) {
      i += 1;
    } else {
      origins.push(i);
      text += source[i];
    }
  }
  return { text, at: (index) => origins[index] ?? source.length };
}

function mask(source: string, code: string, origin: Uint32Array): string {
  const kept = new Array<string>(source.length).fill(" ");
  for (let at = source.indexOf("\n"); at !== -1; at = source.indexOf("\n", at + 1)) kept[at] = "\n";
  for (let i = 0; i < code.length; i++) {
    const at = origin[i];
    const char = code[i];
    if (at !== undefined && at < source.length && char === source[at] && char !== undefined) kept[at] = char;
  }
  return kept.join("");
}

/** Where a logical line ends in the code, and the comment on it. */
interface LineEnd {
  readonly to: number;
  readonly comment: string | null;
}

let latest: { readonly raw: string; readonly found: Scan } | null = null;

/** Many ask for the same text one after the other, so the last answer is kept. */
export function scan(raw: string): Scan {
  if (latest?.raw !== raw) latest = { raw, found: scanned(raw) };
  return latest.found;
}

function scanned(raw: string): Scan {
  const source = normalise(raw);
  const { text, at } = splice(source);
  // A comment becomes one character and was two or more, so the code is never longer than the text and its last end.
  const builder = new Builder(text.length + 2);
  const ends: LineEnd[] = [];
  let comment: string | null = null;
  let openComment: number | null = null;
  let last = 0;
  const until = (end: number) => {
    const from = last;
    builder.append(text.slice(from, end), (i) => at(from + i));
  };
  for (const match of text.matchAll(/\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$(?![\s\S]))|\n/g)) {
    const piece = match[0];
    const start = at(match.index);
    until(match.index);
    last = match.index + piece.length;
    if (piece === "\n") {
      ends.push({ to: builder.length, comment });
      comment = null;
    } else if (piece.startsWith("//")) comment ??= piece.slice(2);
    else if (piece.length < 4 || !piece.endsWith("*/")) openComment = lineCounter(source)(start);
    builder.append(piece === "\n" ? piece : " ", () => start);
  }
  until(text.length);
  ends.push({ to: builder.length, comment });
  const { code, origin } = builder.finish(source.length);
  const lines = linesOf(source, code, origin, ends);
  const plain = lines.filter((line) => line.directive === null).map((line) => line.text);
  return { source, code, origin, lines, openComment, plain: plain.join("\n"), mask: mask(source, code, origin) };
}

function linesOf(source: string, code: string, origin: Uint32Array, ends: readonly LineEnd[]): LogicalLine[] {
  const lineOf = lineCounter(source);
  let from = 0;
  return ends.map(({ to, comment }) => {
    const text = code.slice(from, to);
    const match = DIRECTIVE.exec(text);
    const directive = match ? (match[1] ?? "") : null;
    const line = { from, to, text, line: lineOf(origin[from] ?? source.length), comment, directive };
    from = to + 1;
    return line;
  });
}
