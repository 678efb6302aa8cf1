/** Divides GLSL into tokens, line by line, to be coloured as the editor colours it, without the editor's parser. */

import { type WordKind, wordKind } from "../../runtime/vocabulary";

export type TokenKind = WordKind | "plain" | "comment" | "directive" | "number";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const JOINED: ReadonlySet<TokenKind> = new Set(["plain", "directive"]);
const PIECE =
  /\/\*[\s\S]*?(?:\*\/|(?![\s\S]))|\/\/(?:\\\r?\n|[^\n])*|^[ \t]*#(?:\\\r?\n|\/(?![/*])|[^\n/])*|(?:0[xX][\dA-Fa-f]+[uU]?|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?:[uU]|[lL]?[fF])?)|[A-Za-z_]\w*/gm;

/** The lines of a text in tokens; together they are the text again. */
export function tokenize(source: string): Token[][] {
  const lines: Token[][] = [[]];
  const structs = new Set(Array.from(source.matchAll(/\bstruct\s+(\w+)/g), ([, name = ""]) => name));
  let last = 0;
  for (const { 0: piece, index } of source.matchAll(PIECE)) {
    push(lines, "plain", source.slice(last, index));
    if (/^[ \t]*#/.test(piece)) pushDirective(lines, piece);
    else push(lines, source[index - 1] === "." ? "plain" : kindOf(piece, structs), piece);
    last = index + piece.length;
  }
  push(lines, "plain", source.slice(last));
  return lines;
}

function kindOf(piece: string, structs: ReadonlySet<string>): TokenKind {
  if (piece.startsWith("/")) return "comment";
  if (/^[.\d]/.test(piece)) return "number";
  return wordKind(piece) ?? (structs.has(piece) ? "type" : "plain");
}

/** Words of the language keep their colour in a directive. */
function pushDirective(lines: Token[][], directive: string): void {
  for (const part of directive.split(/\b(?=[A-Za-z_])|(?<=\w)\b/)) push(lines, wordKind(part) ?? "directive", part);
}

function push(lines: Token[][], kind: TokenKind, text: string): void {
  for (const [index, part] of text.split("\n").entries()) {
    if (index > 0) lines.push([]);
    const line = lines.at(-1);
    const before = line?.at(-1);
    if (part === "" || line === undefined) continue;
    if (before?.kind === kind && JOINED.has(kind)) line.splice(-1, 1, { kind, text: before.text + part });
    else line.push({ kind, text: part });
  }
}
