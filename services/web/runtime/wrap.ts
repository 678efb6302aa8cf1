/**
 * Makes complete vertex and fragment shaders out of an author's text.
 *
 * The author's text is source string 1 and keeps its line numbers; what we put after it is string 2 and what stands
 * before it string 0, so that `mapErrors` can tell whose line a message means. The ES 1.00 dialects are compiled as
 * ES 1.00, because WebGL 2 still takes it and ES 3.00 refuses much that such shaders do (globals made from uniforms,
 * functions named like newer built-ins). Two things need ES 3.00, where `legacy.ts` rewrites them: derivatives, which
 * ES 1.00 cannot switch on in WebGL 2, and newer syntax in a shader that is otherwise old. So a text has a first
 * reading and may have others, to be tried when the first does not compile; errors are those of the first.
 */

import { SHADERTOY_UNIFORMS } from "./builtins";
import { declaresVariable, declaresVarying, mentions, ownPrefix } from "./declares";
import { type Dialect, declaredUniforms, hasMain, isHostUniform, leadingVersion } from "./dialect";
import { legacyReading, needsNewer } from "./legacy";
import { declarations } from "./parameters";
import type { Reading } from "./reading";
import { type LogicalLine, type Scan, scan } from "./scan";
import { oldTextureFunctions, solidTextureFunctions } from "./textures";

export interface Wrapped {
  readonly vertex: string;
  readonly fragment: string;
  /** How the names begin that are ours in both. */
  readonly own: string;
}

/**
 * All numbers are of high precision. On desktop GPUs `mediump` never meant less, and most old shaders ask for it by
 * habit; Mesa's llvmpipe takes it at its word, computes with 16 bits, and their noise functions become flat.
 */
const PRECISION = `#define lowp highp
#define mediump highp
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp samplerCube;
`;
const SAMPLER_PRECISION = "precision highp sampler3D;\nprecision highp sampler2DArray;\n";

const shadertoyMain = (own: string) => `vec4 ${own}image = vec4(0.0, 0.0, 0.0, 1.0);
mainImage(${own}image, gl_FragCoord.xy);
${own}color = ${own}image;
`;

/** What the vertex shader can hand over, each from 0 to 1 across the picture but for GLSL Sandbox's own. */
const VARYINGS = new Map<string, (at: string, own: string) => string>([
  ["surfacePosition", (at, own) => `${at} * ${own}surface`],
  ...["v_texcoord", "v_texCoord", "v_uv", "vUv", "vTexCoord", "vTextureCoord", "uv"].map(
    (name) => [name, (at: string) => `${at} * 0.5 + 0.5`] as const,
  ),
]);

/** Lets each frame be drawn from other points of its pixels (`FrameState.sample`), so that several make a smooth one. */
const sampling = (own: string) => `uniform highp vec3 ${own}sample;
#define gl_FragCoord vec4((gl_FragCoord.xy + ${own}sample.xy) * ${own}sample.z, gl_FragCoord.zw)
`;

/** The first way to read the text, as the contract has it. */
export function wrap(source: string, dialect: Dialect): Wrapped {
  for (const wrapped of readings(scan(source), dialect)) return wrapped;
  throw new Error(`no reading for ${dialect}`);
}

/**
 * Every way to read the text, in the order in which they are to be tried; each is made when it is asked for. `sampled`:
 * for frames that say which point of a pixel they are drawn from.
 */
export function* readings(found: Scan, dialect: Dialect, sampled = false): Generator<Wrapped> {
  const own = ownPrefix(found);
  for (const reading of dialect === "shadertoy" ? shadertoyReadings(found) : plainReadings(found, dialect)) {
    const fragment = fragmentShader(reading, sampled ? sampling(own) : "");
    yield { vertex: vertexShader(found, reading.version, sampled), fragment, own };
  }
}

function* plainReadings(found: Scan, dialect: Dialect): Generator<Reading> {
  const body = bodyOf(found);
  if (dialect === "es300") yield { version: 300, prelude: PRECISION, body, epilogue: "" };
  else yield* mainReadings(found, body, PRECISION, needsNewer(found));
}

/** A text with a `main`, as ES 1.00 and as ES 3.00. */
function* mainReadings(found: Scan, body: string, prelude: string, newerFirst: boolean): Generator<Reading> {
  if (newerFirst) yield legacyReading(found, { body, prelude, entry: null });
  yield { version: 100, prelude, body, epilogue: "" };
  if (!newerFirst) yield legacyReading(found, { body, prelude, entry: null });
}

/**
 * A Shadertoy text is read as Shadertoy does. If that fails, it is read as leniently as an old text: it may date from
 * the time of ES 1.00, or use a cube map. Where it has a `main` of its own, that one counts first; it may also stand
 * in a branch of `#if` that is not taken.
 */
function* shadertoyReadings(found: Scan): Generator<Reading> {
  const body = bodyOf(found);
  const prelude = PRECISION + shadertoyDeclarations(found);
  const ownMain = hasMain(found.plain);
  const own = ownPrefix(found);
  const entry = shadertoyMain(own);
  if (ownMain) yield* mainReadings(found, body, prelude, needsNewer(found) || !isHosted(found));
  yield {
    version: 300,
    prelude: `${prelude}out vec4 ${own}color;\n${oldTextureFunctions(found)}`,
    body,
    epilogue: `void main() {\n${entry}}\n`,
  };
  const lenient = prelude + solidTextureFunctions(found);
  if (!ownMain) yield legacyReading(found, { body, prelude: lenient, entry });
}

/** True where a pasted Shadertoy text brings the declarations of another platform, and is ES 1.00 for that reason. */
function isHosted(found: Scan): boolean {
  return [...declaredUniforms(found.plain)].some(isHostUniform);
}

function fragmentShader({ version, prelude, body, epilogue }: Reading, first: string): string {
  const head = (version === 300 ? "#version 300 es\n" : "") + first;
  const samplers = version === 300 ? SAMPLER_PRECISION : "";
  // Two line ends, because a text that ends in a backslash takes one of them.
  return `${head}${prelude}${samplers}#line 1 1\n${body}\n\n#line 1 2\n${epilogue}`;
}

function vertexShader(found: Scan, version: 100 | 300, sampled: boolean): string {
  const [head, input, output] = version === 300 ? ["#version 300 es\n", "in", "out"] : ["", "attribute", "varying"];
  const own = ownPrefix(found);
  const wanted = [...VARYINGS].filter(([name]) => declaresVarying(found, name));
  const declared = wanted.map(([name]) => `${output} vec2 ${name};\n`).join("");
  const at = sampled ? `(${own}position + ${own}shift)` : `${own}position`;
  const assigned = wanted.map(([name, value]) => `  ${name} = ${value(at, own)};\n`).join("");
  const shift = sampled ? `uniform vec2 ${own}shift;\n` : "";
  return `${head}${input} vec2 ${own}position;
uniform vec2 ${own}surface;
${shift}${declared}void main() {
${assigned}  gl_Position = vec4(${own}position, 0.0, 1.0);
}
`;
}

function shadertoyDeclarations(found: Scan): string {
  const uniforms = [...SHADERTOY_UNIFORMS]
    .filter(([name]) => mentions(found, name) && !declaresVariable(found, name))
    .map(([, declaration]) => `uniform ${declaration};\n`);
  if (mentions(found, "HW_PERFORMANCE")) uniforms.push("#define HW_PERFORMANCE 1\n");
  return uniforms.join("");
}

/** Directives that only steer the wrapper; precisions are its business, whatever macros make of them. */
function isBlanked(line: LogicalLine): boolean {
  return line.directive === "extension" || /^\s*#\s*define\s+(?:lowp|mediump|highp)\b/.test(line.text);
}

/**
 * The author's text as it goes to the compiler, as long as it was, every line in its place: what only steers the
 * wrapper is blank, `#iUniform` has become a declaration, and comments are ASCII.
 */
function bodyOf(found: Scan): string {
  const replaced = new Map<LogicalLine, string>(found.lines.filter(isBlanked).map((line) => [line, ""]));
  const version = leadingVersion(found);
  if (version !== null) replaced.set(version.line, "");
  for (const { line, type, name } of declarations(found)) {
    if (line.directive === "iUniform") replaced.set(line, `uniform ${type} ${name};`);
  }
  let text = "";
  let at = 0;
  for (const line of found.lines) {
    const replacement = replaced.get(line);
    if (replacement === undefined) continue;
    const from = found.origin[line.from] ?? at;
    const to = found.origin[line.to] ?? from;
    // A directive is longer than the declaration it stands for; its line ends go behind that.
    const lineEnds = found.source.slice(from, to).replace(/[^\n]+/g, "");
    text += asciiComments(found, at, from) + replacement.padEnd(to - from - lineEnds.length) + lineEnds;
    at = to;
  }
  return text + asciiComments(found, at, found.source.length);
}

/** A stretch of the text in which what the compiler would stumble over in a comment is a question mark. */
function asciiComments(found: Scan, from: number, to: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL would end the text for the compiler.
  return found.source.slice(from, to).replace(/[\u0000\u0080-\uFFFF]/g, (char, at: number) => {
    return found.mask[from + at] === char ? char : "?";
  });
}
