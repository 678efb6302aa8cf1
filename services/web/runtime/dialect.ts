/** Finds the dialect of a shader from what its code declares. `services/core/glsl/dialect.py` gives the same answers. */

import { type LogicalLine, type Scan, scan } from "./scan";

export const DIALECTS = ["shadertoy", "glsl-sandbox", "book-of-shaders", "es100", "es300"] as const;
export type Dialect = (typeof DIALECTS)[number];

const MAIN_IMAGE = /\bvoid\s+mainImage\s*\([^()]*\)\s*\{/;
const MAIN = /\bvoid\s+main\s*\(\s*(?:void\s*)?\)\s*\{/;
const OUTPUT = /\bout\s+(?:(?:lowp|mediump|highp)\s+)?vec[34]\s+[A-Za-z_]\w*\s*;/;
const UNIFORMS = /\buniform\s+(?:(?:lowp|mediump|highp)\s+)?[A-Za-z_]\w*\s+([^\s;{}()][^;{}()]{0,500});/g;
const VARYING = /\bvarying\s+(?:(?:lowp|mediump|highp)\s+)?vec2\s+surfacePosition\b/;
const VERSION = /^[ \t\v\f]*#[ \t\v\f]*version[ \t\v\f]+(100|300[ \t\v\f]+es)[ \t\v\f]*$/;
const CALL = /\b([A-Za-z_]\w*)\s*\(/g;

const BOOK = new Set(["u_time", "u_resolution", "u_mouse"]);
const SANDBOX = new Set(["time", "resolution", "mouse", "backbuffer", "surfaceSize"]);
const SHIM_CALLS = new Set(["mainImage", "vec2", "vec3", "vec4", "float"]);

export interface LeadingVersion {
  readonly version: 100 | 300;
  readonly line: LogicalLine;
}

/** A `#version 100` or `#version 300 es` before any other code, as the language wants it; else null. */
export function leadingVersion(found: Scan): LeadingVersion | null {
  const line = found.lines.find(({ text }) => text.trim() !== "");
  const match = line && VERSION.exec(line.text);
  if (!line || !match) return null;
  return { version: match[1] === "100" ? 100 : 300, line };
}

/** The names that the code declares as uniforms, whatever their type. */
export function declaredUniforms(plain: string): Set<string> {
  const names = new Set<string>();
  for (const match of plain.matchAll(UNIFORMS)) {
    for (const part of (match[1] ?? "").split(",")) {
      const name = /^\s*([A-Za-z_]\w*)/.exec(part)?.[1];
      if (name !== undefined) names.add(name);
    }
  }
  return names;
}

/** The text between the braces of `main`, or null where there is no `main`. */
function mainBody(plain: string): string | null {
  const match = MAIN.exec(plain);
  if (!match) return null;
  const start = match.index + match[0].length;
  let depth = 1;
  for (let i = start; i < plain.length; i++) {
    if (plain[i] === "{") depth += 1;
    else if (plain[i] === "}") depth -= 1;
    if (depth === 0) return plain.slice(start, i);
  }
  return plain.slice(start);
}

/** True for the `main` that people paste below a Shadertoy shader: it calls mainImage and nothing else. */
function isShim(body: string): boolean {
  const calls = [...body.matchAll(CALL)].map((match) => match[1] ?? "");
  return calls.includes("mainImage") && calls.every((name) => SHIM_CALLS.has(name));
}

/** True for the uniforms by which GLSL Sandbox and the Book of Shaders are told from other platforms. */
export function isHostUniform(name: string): boolean {
  return BOOK.has(name) || SANDBOX.has(name);
}

export function hasOutput(plain: string): boolean {
  return OUTPUT.test(plain);
}

export function hasMain(plain: string): boolean {
  return MAIN.test(plain);
}

/** The dialect of a `main` by what stands around it in `text`, which is the code with or without directives. */
function fromMain(found: Scan, text: string, version: 100 | 300 | null): Dialect | null {
  if (version === 300 || (version === null && OUTPUT.test(text))) return "es300";
  const uniforms = declaredUniforms(text);
  if ([...uniforms].some((name) => BOOK.has(name))) return "book-of-shaders";
  if (VARYING.test(text) || [...uniforms].some((name) => SANDBOX.has(name))) return "glsl-sandbox";
  return version === 100 || /\bgl_Frag(?:Color|Data)\b/.test(found.code) ? "es100" : null;
}

/** The dialect of the text, or null where it has no entry point that we know. */
export function detectDialect(source: string): Dialect | null {
  return dialectOf(scan(source));
}

export function dialectOf(found: Scan): Dialect | null {
  const { plain, code } = found;
  const version = leadingVersion(found)?.version ?? null;
  if (MAIN_IMAGE.test(plain)) {
    const body = mainBody(plain);
    if (body === null || isShim(body)) return "shadertoy";
    return fromMain(found, plain, version) ?? "shadertoy";
  }
  if (MAIN.test(plain)) return fromMain(found, plain, version);
  // Golfed shaders put the entry point into a macro.
  if (/\bmainImage\b/.test(code)) return "shadertoy";
  return MAIN.test(code) ? fromMain(found, code, version) : null;
}
