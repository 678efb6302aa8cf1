/**
 * Makes a complete vertex and fragment shader out of an author's text.
 *
 * The author's text is source string 1 and keeps its line numbers; what we put after it is string 2, what stands
 * before it string 0, so that `mapErrors` can tell whose line a message means.
 */

import { SHADERTOY_UNIFORMS } from "./builtins";
import type { Dialect } from "./dialect";
import { hasMain, leadingVersion } from "./dialect";
import { type Scan, scan } from "./scan";

export interface Wrapped {
  readonly vertex: string;
  readonly fragment: string;
}

export type GlslVersion = 100 | 300;

const VERTEX: Readonly<Record<GlslVersion, string>> = {
  100: `attribute vec2 ff_position;
varying vec2 surfacePosition;
uniform vec2 ff_surface;
void main() {
  surfacePosition = ff_position * ff_surface;
  gl_Position = vec4(ff_position, 0.0, 1.0);
}
`,
  300: `#version 300 es
in vec2 ff_position;
out vec2 surfacePosition;
uniform vec2 ff_surface;
void main() {
  surfacePosition = ff_position * ff_surface;
  gl_Position = vec4(ff_position, 0.0, 1.0);
}
`,
};

const SHADERTOY_EPILOGUE = `out vec4 ff_color;
void main() {
  vec4 ff_image = vec4(0.0, 0.0, 0.0, 1.0);
  mainImage(ff_image, gl_FragCoord.xy);
  ff_color = ff_image;
}
`;

/** True where the code declares the name itself: as a global variable, a uniform or a macro. */
function declares(found: Scan, name: string): boolean {
  const macro = new RegExp(`^[ \\t]*#[ \\t]*define[ \\t]+${name}\\b`);
  if (found.lines.some((line) => line.directive === "define" && macro.test(line.text))) return true;
  return new RegExp(`\\b(?:float|int|bool|[ib]?vec[234]|sampler2D)\\s+(?:[\\w\\s,]+,\\s*)?${name}\\b`).test(
    found.plain,
  );
}

function shadertoyPrelude(found: Scan): string {
  const uniforms = [...SHADERTOY_UNIFORMS]
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(found.code) && !declares(found, name))
    .map(([, declaration]) => `uniform ${declaration};\n`);
  return `precision highp float;\nprecision highp int;\n${uniforms.join("")}`;
}

/** The author's text with what only steers the wrapper blanked out; offsets and lines stay as they are. */
function body(found: Scan): string {
  if (leadingVersion(found.source) === null) return found.source;
  return found.source.replace(/^[^\n]*/, (line) => " ".repeat(line.length));
}

export function wrap(source: string, dialect: Dialect): Wrapped {
  const found = scan(source);
  const text = body(found);
  const shadertoy = dialect === "shadertoy" && !hasMain(found.plain);
  const version: GlslVersion = dialect === "shadertoy" || dialect === "es300" ? 300 : 100;
  const head = version === 300 ? "#version 300 es\n" : "";
  const prelude = dialect === "shadertoy" ? shadertoyPrelude(found) : "precision highp float;\nprecision highp int;\n";
  const epilogue = shadertoy ? SHADERTOY_EPILOGUE : "";
  return { vertex: VERTEX[version], fragment: `${head}${prelude}#line 1 1\n${text}\n\n#line 1 2\n${epilogue}` };
}
