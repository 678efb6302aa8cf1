/**
 * Finds shaders that llvmpipe would draw wrongly: it ends all loops of a pixel after 65,535 iterations together,
 * without an error. The check compiles a copy of the shader whose loops count, draws it small, and looks whether a
 * pixel came near the limit; the copy leaves its loops there, so an endless shader costs no more than a slow one.
 *
 * Only the text is changed, so loops of which a macro with arguments hides a part are not seen. What cannot be counted is
 * drawn as it is.
 */

import type { Dialect, FrameState, ParameterValues } from "../runtime";
import { ownPrefix } from "../runtime/declares";
import { type Scan, scan } from "../runtime/scan";
import { askForSpent } from "./deadline";
import { withLoopsInPlace } from "./macros";
import { type Size, Stage } from "./stage";

const LIMIT = 60_000;
const SAMPLE = { width: 160, height: 90 };
const SAMPLE_MS = 1500;
/** Texts with more loops than this are not weighed. */
const MANY = 300;
const LOOP = /\b(for|while)\s*\(/g;
/** A comparison with a number, or with a name that looks like a macro. */
const BOUND = /[<>]=?\s*(?:(\d+(?:\.\d*)?)|[A-Z_][A-Z0-9_]*)\s*$/;
/** A step that leads on: `i++`, `i += 2`, `i = i + 1.`, with a number or what looks like a macro. */
const STEP = /^\s*(?:(?:\+\+|--)\s*\w+|\w+\s*(?:\+\+|--|[-+]=\s*([\w.]+)|=\s*\w+\s*[-+]\s*([\w.]+)))\s*$/;
const MACRO = /^[A-Z_][A-Z0-9_]*$/;
const OUTPUT = /\bout\s+(?:(?:lowp|mediump|highp)\s+)?vec([34])\s+([A-Za-z_]\w*)\s*;/;
const counter = (own: string) => `int ${own}loops = 0; bool ${own}loop() { return ++${own}loops < ${LIMIT}; }`;

/**
 * What the text says of its loops: `open` where one has no bound in it (`while`, a variable, a step that may lead
 * nowhere) or more than fits, so that even a single pixel may reach the limit in a frame that is quick.
 */
export function loopsOf(source: string): "none" | "bounded" | "open" {
  const loops: Loop[] = [];
  for (const loop of loopsIn(scan(withLoopsInPlace(source)).code)) {
    if (loops.push(loop) > MANY) return "open";
  }
  if (loops.length === 0) return "none";
  // A loop's iterations are multiplied by those of the loops around it.
  const together = (inner: Loop) =>
    loops
      .filter(({ from, to }) => from <= inner.from && inner.from < to)
      .reduce((product, { most }) => product * most, 1);
  return loops.some((loop) => together(loop) >= LIMIT) ? "open" : "bounded";
}

/** Whether some pixel of this frame iterates more often than llvmpipe would let it; false where it cannot be told. */
export function exceedsLoopLimit(
  source: string,
  dialect: Dialect,
  time: number,
  parameters: ParameterValues,
  size: Size = SAMPLE,
): boolean {
  const counting = countingCopy(withLoopsInPlace(source), dialect);
  const stage = counting === null ? null : Stage.create();
  if (counting === null || stage === null) return false;
  try {
    const compiled = stage.compile(counting, { dialect });
    if (!compiled.ok) return false;
    const pixels = new Uint8Array(size.width * size.height * 4);
    const found = () => {
      stage.read(size, pixels);
      return pixels.some((value, index) => index % 4 === 0 && value === 255);
    };
    // A shader with feedback draws elsewhere first, so there is nothing to see before its frame is complete.
    const deadline = performance.now() + SAMPLE_MS;
    const most = askForSpent() + SAMPLE_MS / 1000;
    const isInTime = () => performance.now() < deadline || askForSpent() < most;
    const goOn = () => isInTime() && (compiled.usesBackbuffer || !found());
    const frame: FrameState = { width: size.width, height: size.height, time, parameters };
    stage.draw(frame, goOn);
    return found();
  } finally {
    stage.dispose();
  }
}

/** The shader with counting loops, whose picture is white where a pixel reached the limit; null where there is no way. */
export function countingCopy(source: string, dialect: Dialect): string | null {
  const found = scan(source);
  const entry = dialect === "shadertoy" ? "mainImage" : "main";
  const own = ownPrefix(found);
  const end = ending(found, dialect, own);
  if (end === null || (dialect === "shadertoy" && /\bvoid\s+main\s*\(/.test(found.plain))) return null;
  const last = found.lines.findLast((line) => line.directive === "extension" || line.directive === "version");
  const at = last === undefined ? 0 : (found.origin[last.to] ?? 0);
  const rest = withCountingLoops(found.source.slice(at), found.mask.slice(at), own);
  return `${found.source.slice(0, at)}\n${counter(own)}\n#define ${entry} ${own}${entry}\n${rest}\n#undef ${entry}\n${end}\n`;
}

function ending(found: Scan, dialect: Dialect, own: string): string | null {
  const white = `vec4(vec3(${own}loops >= ${LIMIT} ? 1.0 : 0.0), 1.0)`;
  if (dialect === "shadertoy") {
    return `void mainImage(out vec4 ${own}c, in vec2 ${own}p) { ${own}mainImage(${own}c, ${own}p); ${own}c = ${white}; }`;
  }
  if (dialect !== "es300" && !found.code.includes("gl_FragData")) {
    return `void main() { ${own}main(); gl_FragColor = ${white}; }`;
  }
  const output = OUTPUT.exec(found.plain);
  if (output === null) return null;
  return `void main() { ${own}main(); ${output[2]} = ${output[1] === "3" ? `${white}.rgb` : white}; }`;
}

/**
 * Has every loop count: `for (a; b; c)` at the head of its body, because GLSL ES 1.00 allows no other condition than
 * a comparison with a constant, and `while (b)`, also after `do`, in its condition. `mask` is the text without comments.
 */
function withCountingLoops(source: string, mask: string, own: string): string {
  let result = "";
  let last = 0;
  for (const match of mask.matchAll(LOOP)) {
    const open = match.index + match[0].length;
    const parts = headerParts(mask, open);
    const close = parts?.at(-1);
    // What never closes does not compile, and looking on for each would take as long as the text squared.
    if (parts === null || close === undefined) break;
    if (match[1] === "for") {
      if (parts.length !== 3) continue;
      result += `${source.slice(last, close + 1)} if (!${own}loop()) break; else `;
      last = close + 1;
    } else {
      result += `${source.slice(last, open)}${own}loop() && (${source.slice(open, close)})`;
      last = close;
    }
  }
  return result + source.slice(last);
}

interface Loop {
  /** Where it begins and where its body ends, in the code. */
  readonly from: number;
  readonly to: number;
  /** Iterations at most, as far as a number in its condition says so; a macro's name is taken for a small one. */
  readonly most: number;
}

function* loopsIn(code: string): Generator<Loop> {
  for (const match of code.matchAll(LOOP)) {
    const open = match.index + match[0].length;
    const parts = headerParts(code, open);
    const close = parts?.at(-1);
    if (parts === null || close === undefined) return;
    yield { from: match.index, to: bodyEnd(code, close + 1), most: iterations(code, parts) };
  }
}

/** Iterations at most of a loop with these `parts` of its header. */
function iterations(code: string, [first, second, close]: readonly number[]): number {
  if (first === undefined || second === undefined || close === undefined) return Number.POSITIVE_INFINITY;
  const bound = BOUND.exec(code.slice(first + 1, second));
  const step = STEP.exec(code.slice(second + 1, close));
  const by = step?.[1] ?? step?.[2] ?? "1";
  const leadsOn = step !== null && (Number.parseFloat(by) > 0 || MACRO.test(by));
  return bound !== null && leadsOn ? Number(bound[1] ?? 1) : Number.POSITIVE_INFINITY;
}

/** Where the statement ends that begins at `from`. */
function bodyEnd(code: string, from: number): number {
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    const character = code[at];
    if (character === "{" || character === "(") depth += 1;
    else if (character === ")") depth -= 1;
    else if (character === "}" && --depth <= 0) return at;
    else if (character === ";" && depth === 0) return at;
  }
  return code.length;
}

/** Offsets of the semicolons between the brackets that open before `from`, and of the closing bracket. */
function headerParts(code: string, from: number): number[] | null {
  const parts: number[] = [];
  let depth = 0;
  for (let at = from; at < code.length; at++) {
    const character = code[at];
    if (character === "(") depth += 1;
    else if (character === ";" && depth === 0) parts.push(at);
    else if (character === ")" && depth-- === 0) return [...parts, at];
  }
  return null;
}
