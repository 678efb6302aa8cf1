/**
 * Reads an ES 1.00 text as ES 3.00: old names become new ones by declarations before it, names that ES 3.00 has taken
 * are moved aside by macros, and globals that are made from uniforms, which ES 3.00 refuses, get their value in `main`.
 */

import { definesFunction, definesMacro, mentions, ownPrefix } from "./declares";
import { movableGlobals } from "./globals";
import type { Reading } from "./reading";
import type { Scan } from "./scan";
import { oldTextureFunctions } from "./textures";
import { FUNCTIONS_300, RESERVED_300 } from "./vocabulary";

const NEWER = /\b(?:dFdx|dFdy|fwidth|gl_FragDepthEXT|texture(?:2D|Cube)(?:Proj)?(?:Lod|Grad)EXT)\b/;

/** True where the text uses what ES 1.00 cannot switch on in WebGL 2. */
export function needsNewer(found: Scan): boolean {
  return NEWER.test(found.code);
}

export interface LegacyText {
  readonly body: string;
  readonly prelude: string;
  /** What `main` does where the text has none. */
  readonly entry: string | null;
}

export function legacyReading(found: Scan, { body, prelude, entry }: LegacyText): Reading {
  const globals = movableGlobals(found);
  const own = ownPrefix(found);
  let text = body;
  for (const { from, to } of globals) {
    text = text.slice(0, from) + text.slice(from, to).replace(/[^\n]/g, " ") + text.slice(to);
  }
  // A macro must not begin with GL_, so the text asks for names of the same length that may be defined.
  text = text.replace(/\bGL_(OES_standard_derivatives|EXT_frag_depth|EXT_shader_texture_lod)\b/g, "FF_$1");
  const values = globals.map(({ line, statement }) => `#line ${line} 1\n${statement}\n`).join("");
  const declared = prelude + oldTextureFunctions(found) + macros(found, entry !== null);
  if (entry !== null) {
    return { version: 300, prelude: declared, body: text, epilogue: mainOf(`${values}#line 1 2\n${entry}`) };
  }
  if (globals.length === 0) return { version: 300, prelude: declared, body: text, epilogue: "" };
  const epilogue = `#undef main\n${mainOf(`${values}#line 1 2\n${own}main();\n`)}`;
  return { version: 300, prelude: `${declared}#define main ${own}main\n`, body: text, epilogue };
}

function mainOf(statements: string): string {
  return `void main() {\n${statements}}\n`;
}

function macros(found: Scan, hasOutput: boolean): string {
  const own = ownPrefix(found);
  const lines = [
    "#define FF_OES_standard_derivatives 1",
    "#define FF_EXT_frag_depth 1",
    "#define FF_EXT_shader_texture_lod 1",
  ];
  if (mentions(found, "varying")) lines.push("#define varying in");
  if (hasOutput || mentions(found, "gl_FragColor"))
    lines.push(`out vec4 ${own}color;`, `#define gl_FragColor ${own}color`);
  if (!hasOutput && mentions(found, "gl_FragData"))
    lines.push(`out vec4 ${own}data[1];`, `#define gl_FragData ${own}data`);
  if (mentions(found, "gl_FragDepthEXT")) lines.push("#define gl_FragDepthEXT gl_FragDepth");
  // A text that defines such a function, or has such a word, means its own.
  const moved = [
    ...FUNCTIONS_300.filter((name) => definesFunction(found, name)),
    ...RESERVED_300.filter((name) => mentions(found, name)),
  ];
  for (const name of moved) if (!definesMacro(found, name)) lines.push(`#define ${name} ${own}${name}`);
  return `${lines.join("\n")}\n`;
}
