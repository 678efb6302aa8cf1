/**
 * Makes complete vertex and fragment shaders out of an author's text.
 *
 * The author's text is source string 1 and keeps its line numbers; what we put after it is string 2 and what stands
 * before it string 0, so that `mapErrors` can tell whose line a message means. The ES 1.00 dialects are compiled as
 * ES 1.00, because WebGL 2 still takes it and ES 3.00 refuses much that such shaders do (globals made from uniforms,
 * functions named like newer built-ins). Two things need ES 3.00, where `legacy.ts` rewrites them: derivatives, which
 * ES 1.00 cannot switch on in WebGL 2, and newer syntax in a shader that is otherwise old. So a text has a first
 * reading and may have a second, to be tried when the first does not compile; errors are those of the first.
 */

import { SHADERTOY_UNIFORMS } from "./builtins";
import { declaresVariable, definesMacro, mentions } from "./declares";
import { type Dialect, declaredUniforms, hasMain, isHostUniform, leadingVersion } from "./dialect";
import { legacyReading, needsNewer, oldFunctions } from "./legacy";
import { declarations } from "./parameters";
import { type Scan, scan } from "./scan";

export interface Wrapped {
  readonly vertex: string;
  readonly fragment: string;
}

export interface Reading {
  readonly version: 100 | 300;
  /** Declarations before the author's text. */
  readonly prelude: string;
  readonly body: string;
  readonly epilogue: string;
}

const PRECISION = "precision highp float;\nprecision highp int;\n";

const SHADERTOY_OUTPUT = "out vec4 ff_color;\n";

// It begins with the head of a function, which no block that was left open can take.
const SHADERTOY_EPILOGUE = `void main() {
  vec4 ff_image = vec4(0.0, 0.0, 0.0, 1.0);
  mainImage(ff_image, gl_FragCoord.xy);
  ff_color = ff_image;
}
`;

/** What the vertex shader can hand over, each from 0 to 1 across the picture but for GLSL Sandbox's own. */
const VARYINGS = new Map([
  ["surfacePosition", "ff_position * ff_surface"],
  ...["v_texcoord", "v_texCoord", "v_uv", "vUv", "vTexCoord", "uv"].map(
    (name) => [name, "ff_position * 0.5 + 0.5"] as const,
  ),
]);

/** The first way to read the text, as the contract has it. */
export function wrap(source: string, dialect: Dialect): Wrapped {
  const [first] = readings(source, dialect);
  return first;
}

/** Every way to read the text, in the order in which they are to be tried. */
export function readings(source: string, dialect: Dialect): [Wrapped, ...Wrapped[]] {
  const found = scan(source);
  const body = bodyOf(found);
  const assemble = (reading: Reading) => ({
    vertex: vertexShader(found, reading.version),
    fragment: fragmentShader(reading),
  });
  if (dialect === "es300") return [assemble({ version: 300, prelude: PRECISION, body, epilogue: "" })];
  const prelude = dialect === "shadertoy" ? PRECISION + shadertoyUniforms(found) : PRECISION;
  if (dialect === "shadertoy" && !hasMain(found.plain)) {
    return [
      assemble({
        version: 300,
        prelude: prelude + SHADERTOY_OUTPUT + oldFunctions(found),
        body,
        epilogue: SHADERTOY_EPILOGUE,
      }),
    ];
  }
  const newer = legacyReading(found, { body, prelude });
  const older = assemble({ version: 100, prelude, body, epilogue: "" });
  const newerFirst = needsNewer(found) || (dialect === "shadertoy" && !isHosted(found));
  return newerFirst ? [assemble(newer), older] : [older, assemble(newer)];
}

/** True where a pasted Shadertoy text brings the declarations of another platform, and is ES 1.00 for that reason. */
function isHosted(found: Scan): boolean {
  return [...declaredUniforms(found.plain)].some(isHostUniform);
}

function fragmentShader({ version, prelude, body, epilogue }: Reading): string {
  const head = version === 300 ? "#version 300 es\n" : "";
  // Two line ends, because a text that ends in a backslash takes one of them.
  return `${head}${prelude}#line 1 1\n${body}\n\n#line 1 2\n${epilogue}`;
}

function vertexShader(found: Scan, version: 100 | 300): string {
  const [head, input, output] = version === 300 ? ["#version 300 es\n", "in", "out"] : ["", "attribute", "varying"];
  const wanted = [...VARYINGS].filter(([name]) =>
    new RegExp(`\\b(?:varying|in)\\b[^;{}()]*\\b${name}\\b`).test(found.plain),
  );
  const declared = wanted.map(([name]) => `${output} vec2 ${name};\n`).join("");
  const assigned = wanted.map(([name, value]) => `  ${name} = ${value};\n`).join("");
  return `${head}${input} vec2 ff_position;
uniform vec2 ff_surface;
${declared}void main() {
${assigned}  gl_Position = vec4(ff_position, 0.0, 1.0);
}
`;
}

function shadertoyUniforms(found: Scan): string {
  return [...SHADERTOY_UNIFORMS]
    .filter(([name]) => mentions(found, name) && !definesMacro(found, name) && !declaresVariable(found, name))
    .map(([, declaration]) => `uniform ${declaration};\n`)
    .join("");
}

/**
 * The author's text as it goes to the compiler, as long as it was, every line in its place: what only steers the
 * wrapper (`#version`, `#extension`) is blank, `#iUniform` has become a declaration, and comments are ASCII.
 */
function bodyOf(found: Scan): string {
  const version = leadingVersion(found)?.line;
  const uniforms = new Map(declarations(found).map(({ line, type, name }) => [line, `uniform ${type} ${name};`]));
  let text = "";
  let at = 0;
  for (const line of found.lines) {
    const replacement = line.directive === "iUniform" ? uniforms.get(line) : "";
    if (replacement === undefined || (line !== version && line.directive !== "extension" && replacement === ""))
      continue;
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
