/**
 * Turns a compiler's or linker's log into errors on the author's own lines.
 *
 * ANGLE writes `ERROR: STRING:LINE: 'token' : message`, where string 1 is the author's text and 2 what we put behind
 * it; some messages have no place, and a token may be a line end. Warnings are dropped. What has no place stands on the
 * line of the name that it is about, or on the text's last line.
 */

import { unclosedBrace } from "./blocks";
import { lineCounter, type Scan, scan } from "./scan";

export interface ShaderError {
  /** From 1, in the author's text. */
  readonly line: number;
  /** From 1, or null where the token is not on that line. */
  readonly column: number | null;
  readonly token: string | null;
  readonly message: string;
}

interface Text extends Scan {
  /** The lines of `mask`. */
  readonly maskLines: readonly string[];
}

interface Entry {
  /** 1 is the author's text, 2 what follows it, null no place at all. */
  readonly string: number | null;
  readonly line: number | null;
  readonly token: string | null;
  readonly message: string;
}

const ENTRY = /^ERROR: (?:(-?\d+):(-?\d+|\?): ?)?(?:'([\s\S]*?)' : )?([\s\S]*)$/;
/** Where a message without a place names what it is about. */
const NAMED = /call chain: (\w+)|Function (\w+)\(\)|varying (\w+)|(gl_\w+)/;
const MAX_ERRORS = 64;
const MAX_MESSAGE = 500;

export function mapErrors(log: string, source: string): ShaderError[] {
  return errorsOf(log, scan(source));
}

export function errorsOf(log: string, scanned: Scan): ShaderError[] {
  const found = { ...scanned, maskLines: scanned.mask.split("\n") };
  const entries = entriesOf(log).slice(0, 2 * MAX_ERRORS);
  const errors = entries.flatMap((entry) => explain(entry, found));
  const unfinished = entries.some(({ message }) => /syntax error|end of file/.test(message))
    ? unclosedError(found)
    : null;
  if (unfinished !== null && !errors.some(({ line }) => line === unfinished.line)) errors.push(unfinished);
  const seen = new Set<string>();
  return errors
    .filter((error) => {
      const key = JSON.stringify(error);
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, MAX_ERRORS);
}

function entriesOf(log: string): Entry[] {
  const entries: Entry[] = [];
  for (const chunk of log.replaceAll("\0", "").split(/^(?=ERROR: |WARNING: )/m)) {
    if (chunk.trim() === "" || chunk.startsWith("WARNING")) continue;
    const match = ENTRY.exec(chunk.trim());
    const token = match?.[3]?.trim().slice(0, 100) || null;
    const message = (match?.[4] ?? chunk).trim().slice(0, MAX_MESSAGE);
    const line = Number(match?.[2]);
    const placed = match?.[1] !== undefined && Number(match[1]) >= 0;
    entries.push({ string: placed ? Number(match[1]) : null, line: line > 0 ? line : null, token, message });
  }
  return entries;
}

function explain(entry: Entry, found: Text): ShaderError[] {
  if (entry.string === 1 && entry.line !== null) return [onOwnLine(entry, entry.line, found)];
  if (entry.string === 2) return afterTheText(entry, found);
  return [withoutPlace(entry, found)];
}

function onOwnLine(entry: Entry, given: number, found: Text): ShaderError {
  const { token } = entry;
  if (token === "EOF while in a comment") {
    return at(found, found.openComment ?? given, "/*", "a comment is opened here and never closed");
  }
  if (entry.message.includes("end of file found in conditional")) {
    return at(found, given, `#${token}`, `#${token} is not closed by #endif`);
  }
  if (token === "iUniform") {
    return at(found, given, "#iUniform", "write #iUniform TYPE NAME = DEFAULT in {MIN, MAX} step STEP");
  }
  const line = Math.min(given, found.maskLines.length);
  const stranger = /[^\x20-\x7E\t\v\f]/u.exec(found.maskLines[line - 1] ?? "")?.[0];
  if (stranger !== undefined) {
    return at(found, line, stranger, `the character ${nameOf(stranger)} is not allowed outside of comments`);
  }
  return at(found, line, token, entry.message);
}

function nameOf(char: string): string {
  const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(char) ? `${char} (U+${code})` : `U+${code}`;
}

function afterTheText(entry: Entry, found: Text): ShaderError[] {
  if (entry.token === "mainImage") {
    const message =
      "mainImage is missing or has another signature: write void mainImage(out vec4 color, in vec2 position)";
    return [at(found, lineOfName(found, "mainImage") ?? lastLine(found), "mainImage", message)];
  }
  if (/syntax error|end of file/.test(entry.message)) {
    if (unclosedError(found) !== null) return [];
    const message = "the text ends in the middle of a statement: a `;` or a `)` is missing near here";
    return [{ line: lastLine(found), column: null, token: null, message }];
  }
  const message = `the shader does not fit the code around it, perhaps because of a macro: ${entry.message}`;
  return [at(found, lineOfName(found, entry.token ?? "") ?? lastLine(found), entry.token, message)];
}

function unclosedError(found: Scan): ShaderError | null {
  const place = unclosedBrace(found);
  if (place === null) return null;
  const message = `a block is not closed: the last \`{\` without a partner is at line ${place.line}`;
  return { ...place, token: "{", message };
}

function withoutPlace(entry: Entry, found: Text): ShaderError {
  if (entry.message.includes("Missing main()")) {
    return at(found, lastLine(found), null, "main is missing: write void main()");
  }
  const named =
    NAMED.exec(entry.message)
      ?.slice(1)
      .find((one) => one !== undefined) ?? entry.token;
  const line = named === null ? null : lineOfName(found, named);
  return at(found, line ?? lastLine(found), named, entry.message);
}

/** An error on a line; its column is that of the token where the code of that line has it. */
function at(found: Text, line: number, token: string | null, message: string): ShaderError {
  const text = found.maskLines[line - 1] ?? "";
  const index = token === null ? -1 : indexOfToken(text, token);
  // The mask has no comment marks, and a directive may have spaces behind its `#`.
  const column = index === -1 && token !== null && /^(#|\/\*)/.test(token) ? markIn(found, line, token) : index + 1;
  return { line, column: column > 0 ? column : null, token, message };
}

function markIn(found: Scan, line: number, token: string): number {
  return (found.source.split("\n")[line - 1] ?? "").lastIndexOf(token.slice(0, token.startsWith("#") ? 1 : 2)) + 1;
}

function indexOfToken(text: string, token: string): number {
  if (!/^\w+$/.test(token)) return text.indexOf(token);
  return new RegExp(`(?<!\\w)${token}(?!\\w)`).exec(text)?.index ?? -1;
}

function lineOfName(found: Scan, name: string): number | null {
  if (!/^[A-Za-z_]\w*$/.test(name)) return null;
  const index = indexOfToken(found.mask, name);
  return index === -1 ? null : lineCounter(found.mask)(index);
}

/** An error on the line where the name stands first. */
export function withName(found: Scan, name: string, message: string): ShaderError {
  const text = { ...found, maskLines: found.mask.split("\n") };
  return at(text, lineOfName(found, name) ?? lastLine(found), name, message);
}

function lastLine(found: Scan): number {
  return lineCounter(found.mask)(found.mask.trimEnd().length);
}
