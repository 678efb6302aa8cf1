/** What reads strangers' text takes time in proportion to it; tests/core/test_linear_time.py holds Python to the same. */

import { expect, test } from "vitest";
import { loopsOf } from "../../harness/loops";
import { detectDialect } from "../../runtime/dialect";
import { foreignLanguage } from "../../runtime/foreign";
import { movableGlobals } from "../../runtime/globals";
import { parseParameters } from "../../runtime/parameters";
import { scan } from "../../runtime/scan";
import { wrap } from "../../runtime/wrap";
import { ownNames } from "../../src/features/editor/code/names";

const BEGINNINGS = [
  "",
  "uniform float a; // = ",
  "uniform vec2 a; // = vec2(",
  "uniform float a; // = 1 in [",
  'uniform float a; // = 1 "',
  "#iUniform float a = ",
  "float a",
  "void main(",
  "#define a for(\n",
];
const PIECES = [
  "1",
  "a",
  " ",
  "\n",
  ".",
  "/",
  "*",
  "(",
  "()",
  "#",
  '"',
  "1.",
  "a ",
  "1,",
  "\\\n",
  "float a ",
  "a b(",
  "in [1,2] ",
  "for(",
];
const READERS: [string, (text: string) => unknown][] = [
  ["scan", scan],
  ["detectDialect", detectDialect],
  ["parseParameters", parseParameters],
  ["movableGlobals", (text) => movableGlobals(scan(text))],
  ["wrap", (text) => wrap(text, "shadertoy")],
  ["foreignLanguage", (text) => foreignLanguage(scan(text), false)],
  ["ownNames", ownNames],
  ["loopsOf", loopsOf],
];
const REPEATS = 1_000;

function milliseconds(read: (text: string) => unknown, text: string): number {
  const started = performance.now();
  read(text);
  return performance.now() - started;
}

/** Whether eight times the text takes less than 24 times as long; in quadratic time it takes 64 times. */
function isLinear(read: (text: string) => unknown, begin: string, piece: string): boolean {
  // The quickest of several, because a busy machine makes any one of them slow.
  const quickest = (repeats: number, tries: number) =>
    Math.min(...Array.from({ length: tries }, () => milliseconds(read, `${begin}${piece.repeat(repeats)}x`)));
  const short = quickest(REPEATS, 3);
  if (short < 3) return true;
  return quickest(8 * REPEATS, 4) < 24 * Math.min(short, quickest(REPEATS, 6));
}

test.each(READERS)("%s takes time in proportion to the text", (_, read) => {
  const tried = BEGINNINGS.flatMap((begin) => PIECES.map((piece) => [begin, piece] as const));
  expect(tried.find(([begin, piece]) => !isLinear(read, begin, piece))).toBeUndefined();
});
