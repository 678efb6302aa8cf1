/** What is wrong with a text before any compiler has seen it. */

import { mentions } from "./declares";
import { type Dialect, hasOutput, leadingVersion } from "./dialect";
import type { ShaderError } from "./errors";
import { foreignLanguage } from "./foreign";
import { type LogicalLine, lineCounter, type Scan } from "./scan";

const NO_ENTRY =
  "no entry point found: write void mainImage(out vec4 color, in vec2 position), " +
  "or void main() that sets gl_FragColor or a declared output";

const ASKS_FOR_PLACE = /\b(?:define|undef|ifdef|ifndef|defined)[\s(]+gl_FragCoord\b/;

/**
 * Errors that make compiling pointless; `#line` and a late `#version` would also move the lines of other errors. As a
 * `sampled` program a text would be another one where its preprocessor asks for what sampling defines.
 */
export function preflight(found: Scan, dialect: Dialect | null, sampled = false): ShaderError[] {
  const foreign = foreignLanguage(found, dialect !== null);
  if (foreign !== null) return [{ line: 1, column: null, token: null, message: foreign }];
  const errors = forbiddenDirectives(found, sampled);
  if (errors.length > 0) return errors;
  if (dialect === null) return [{ line: 1, column: null, token: null, message: NO_ENTRY }];
  return writesNothing(found, dialect) ? [nothingWritten(dialect)] : [];
}

function forbiddenDirectives(found: Scan, sampled: boolean): ShaderError[] {
  const leading = leadingVersion(found)?.line;
  return found.lines
    .filter(
      (line) =>
        line.directive === "line" ||
        (line.directive === "version" && line !== leading) ||
        (sampled && line.directive !== null && ASKS_FOR_PLACE.test(line.text)),
    )
    .map((line) => ({
      ...placeOf(found, line),
      token: `#${line.directive}`,
      message: reason(line),
    }));
}

function reason(line: LogicalLine): string {
  if (line.directive !== "line" && line.directive !== "version") return "the place of a pixel is a macro here";
  if (line.directive === "line") return "#line is not allowed: errors are shown on the lines of your own text";
  const desktop = /version[ \t\v\f]+(1[1-5]0|3[3-9]0|4[0-6]0)\b/.exec(line.text)?.[1];
  if (desktop !== undefined) return `#version ${desktop} is GLSL of the desktop: the line may go`;
  return "#version may only be 100 or 300 es, before all other code";
}

function placeOf(found: Scan, line: LogicalLine): { line: number; column: number } {
  const offset = found.origin[line.from + line.text.indexOf("#")] ?? 0;
  const column = offset - found.source.lastIndexOf("\n", offset - 1);
  return { line: lineCounter(found.source)(offset), column };
}

function writesNothing(found: Scan, dialect: Dialect): boolean {
  if (dialect === "shadertoy") return false;
  return dialect === "es300"
    ? !hasOutput(found.plain)
    : !mentions(found, "gl_FragColor") && !mentions(found, "gl_FragData");
}

function nothingWritten(dialect: Dialect): ShaderError {
  const message =
    dialect === "es300"
      ? "no output: declare `out vec4 color;` and set it in main"
      : "no output: set gl_FragColor in main";
  return { line: 1, column: null, token: null, message };
}
