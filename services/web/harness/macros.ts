/**
 * Loops that macros hide in parts (`#define LOOP for (`), put where they are used, so that they can be counted. It is
 * for the copy that counts alone: where a text is not understood the copy does not compile, and nothing is known.
 *
 * Macros with arguments stay as they are: one that holds a whole loop is counted in its definition.
 */

import { type LogicalLine, type Scan, scan } from "../runtime/scan";

const DEFINITION = /^\s*#\s*define\s+([A-Za-z_]\w*)(?![\w(])(.*)$/s;
const NAME = /[A-Za-z_]\w*/g;
const LOOP = /\b(?:for|while)\b/;
/** What would become longer than this is left alone. */
const MOST = 200_000;
/** How deep macros may stand for one another. */
const ROUNDS = 8;

export function withLoopsInPlace(source: string): string {
  const found = scan(source);
  const macros = macrosWithLoops(found.lines);
  if (macros.size === 0) return source;
  const text = withoutDefinitions(found, macros);
  return replaced({ source: text, mask: found.mask }, (name) => macros.get(name)) ?? source;
}

/** The text with spaces in place of the definitions of `macros`, of which half a loop would be left. */
function withoutDefinitions({ source, lines, origin }: Scan, macros: ReadonlyMap<string, string>): string {
  let result = "";
  for (const line of lines) {
    const name = line.directive === "define" ? DEFINITION.exec(line.text)?.[1] : undefined;
    if (name === undefined || !macros.has(name)) continue;
    const [from, to] = [origin[line.from] ?? 0, origin[line.to] ?? 0];
    result += source.slice(result.length, from) + " ".repeat(Math.max(0, to - from));
  }
  return result + source.slice(result.length);
}

/** What stands for each name that stands for a loop or a part of one, with no such name in it; none where it is long. */
function macrosWithLoops(lines: readonly LogicalLine[]): ReadonlyMap<string, string> {
  const defined = new Map<string, string>();
  for (const line of lines) {
    const [, name, body] = (line.directive === "define" && DEFINITION.exec(line.text)) || [];
    if (name !== undefined && body !== undefined) defined.set(name, body);
  }
  if (![...defined.values()].some((body) => LOOP.test(body))) return new Map();
  const macros = new Map<string, string>();
  let room = MOST;
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, body] of defined) {
      // A name in its own text is left, as a preprocessor leaves it.
      const whole = replaced({ source: body, mask: body }, (part) => (part === name ? undefined : macros.get(part)));
      if (whole === null || !LOOP.test(whole)) continue;
      room -= whole.length;
      if (room < 0) return new Map();
      macros.set(name, whole);
    }
  }
  return macros;
}

/** `source` with what stands for its names; null where that is too long. */
function replaced(
  { source, mask }: Pick<Scan, "source" | "mask">,
  bodyOf: (name: string) => string | undefined,
): string | null {
  let result = "";
  let last = 0;
  for (const match of mask.matchAll(NAME)) {
    const body = bodyOf(match[0]);
    // A definition that is gone has its name in the mask still.
    if (body === undefined || source[match.index] === " ") continue;
    result += source.slice(last, match.index) + body;
    last = match.index + match[0].length;
    if (result.length > MOST) return null;
  }
  return result + source.slice(last);
}
