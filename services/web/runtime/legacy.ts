/**
 * Reads an ES 1.00 text as ES 3.00: old names become new ones by declarations before it, names that ES 3.00 has taken
 * are moved aside by macros, and globals that are made from uniforms, which ES 3.00 refuses, get their value in `main`.
 */

import { definesFunction, definesMacro, mentions } from "./declares";
import { movableGlobals } from "./globals";
import type { Scan } from "./scan";
import type { Reading } from "./wrap";

const NEWER = /\b(?:dFdx|dFdy|fwidth|gl_FragDepthEXT|texture(?:2D|Cube)(?:Proj)?(?:Lod|Grad)EXT)\b/;

/** Functions of ES 1.00 and its extensions that ES 3.00 has under another name. */
const OLD_FUNCTIONS: readonly (readonly [string, string])[] = [
  ["texture2D", "vec4 texture2D(sampler2D s, vec2 p) { return texture(s, p); }"],
  ["texture2D", "vec4 texture2D(sampler2D s, vec2 p, float b) { return texture(s, p, b); }"],
  ["texture2DProj", "vec4 texture2DProj(sampler2D s, vec3 p) { return textureProj(s, p); }"],
  ["texture2DProj", "vec4 texture2DProj(sampler2D s, vec4 p) { return textureProj(s, p); }"],
  ["texture2DLod", "vec4 texture2DLod(sampler2D s, vec2 p, float l) { return textureLod(s, p, l); }"],
  ["texture2DLodEXT", "vec4 texture2DLodEXT(sampler2D s, vec2 p, float l) { return textureLod(s, p, l); }"],
  [
    "texture2DGradEXT",
    "vec4 texture2DGradEXT(sampler2D s, vec2 p, vec2 x, vec2 y) { return textureGrad(s, p, x, y); }",
  ],
  ["textureCube", "vec4 textureCube(samplerCube s, vec3 p) { return texture(s, p); }"],
];

/** Functions that ES 3.00 brought; a text that defines one of its own keeps its own. */
const NEW_FUNCTIONS = (
  "acosh asinh atanh cosh sinh tanh determinant inverse transpose outerProduct floatBitsToInt floatBitsToUint " +
  "intBitsToFloat uintBitsToFloat isinf isnan modf packHalf2x16 packSnorm2x16 packUnorm2x16 round roundEven trunc " +
  "texelFetch texelFetchOffset texture textureGrad textureLod textureOffset textureProj textureSize " +
  "unpackHalf2x16 unpackSnorm2x16 unpackUnorm2x16"
).split(" ");

/** Words that ES 3.00 reserved; `uint` and the like are left, because a text that has them means them. */
const NEW_WORDS =
  "active coherent common filter image2D partition patch readonly resource restrict sample smooth subroutine";

/** True where the text uses what ES 1.00 cannot switch on in WebGL 2. */
export function needsNewer(found: Scan): boolean {
  return NEWER.test(found.code);
}

/** Declarations of the old texture functions that the text uses and does not define. */
export function oldFunctions(found: Scan): string {
  return OLD_FUNCTIONS.filter(([name]) => mentions(found, name) && !taken(found, name))
    .map(([, text]) => `${text}\n`)
    .join("");
}

export function legacyReading(found: Scan, { body, prelude }: { body: string; prelude: string }): Reading {
  const globals = movableGlobals(found);
  let text = body;
  for (const { from, to } of globals) {
    text = text.slice(0, from) + text.slice(from, to).replace(/[^\n]/g, " ") + text.slice(to);
  }
  // A macro must not begin with GL_, so the text asks for names of the same length that may be defined.
  text = text.replace(/\bGL_(OES_standard_derivatives|EXT_frag_depth|EXT_shader_texture_lod)\b/g, "FF_$1");
  const reading = { version: 300, prelude: prelude + macros(found) + oldFunctions(found), body: text } as const;
  if (globals.length === 0) return { ...reading, epilogue: "" };
  const values = globals.map(({ line, statement }) => `#line ${line} 1\n${statement}\n`).join("");
  return {
    ...reading,
    prelude: `${reading.prelude}#define main ff_main\n`,
    epilogue: `#undef main\nvoid main() {\n${values}#line 1 2\nff_main();\n}\n`,
  };
}

function taken(found: Scan, name: string): boolean {
  return definesFunction(found, name) || definesMacro(found, name);
}

function macros(found: Scan): string {
  const lines = [
    "#define FF_OES_standard_derivatives 1",
    "#define FF_EXT_frag_depth 1",
    "#define FF_EXT_shader_texture_lod 1",
  ];
  if (mentions(found, "varying")) lines.push("#define varying in");
  if (mentions(found, "gl_FragColor")) lines.push("out vec4 ff_color;", "#define gl_FragColor ff_color");
  if (mentions(found, "gl_FragData")) lines.push("out vec4 ff_data[1];", "#define gl_FragData ff_data");
  if (mentions(found, "gl_FragDepthEXT")) lines.push("#define gl_FragDepthEXT gl_FragDepth");
  const moved = [
    ...NEW_FUNCTIONS.filter((name) => definesFunction(found, name)),
    ...NEW_WORDS.split(" ").filter((name) => mentions(found, name)),
  ];
  for (const name of moved) if (!definesMacro(found, name)) lines.push(`#define ${name} ff_${name}`);
  return `${lines.join("\n")}\n`;
}
