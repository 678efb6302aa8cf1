/** Texture functions that a text may call and ES 3.00 does not have. */

import { definesFunction, definesMacro, mentions, ownPrefix } from "./declares";
import type { Scan } from "./scan";

/** Functions of ES 1.00 and its extensions that ES 3.00 has under another name. */
const OLD: readonly (readonly [string, string])[] = [
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

/**
 * A Shadertoy text does not say that a channel holds a cube map or a volume; it only asks for it with three
 * coordinates. Channels are empty here, so such a question is answered with black.
 */
const SOLID: readonly (readonly [string, string])[] = [
  ["texture", "vec4 OWN_texture(sampler2D s, vec2 p) { return texture(s, p); }"],
  ["texture", "vec4 OWN_texture(sampler2D s, vec2 p, float b) { return texture(s, p, b); }"],
  ["texture", "vec4 OWN_texture(sampler2D s, vec3 p) { return vec4(0.0, 0.0, 0.0, 1.0); }"],
  ["texture", "vec4 OWN_texture(sampler2D s, vec3 p, float b) { return vec4(0.0, 0.0, 0.0, 1.0); }"],
  ["textureLod", "vec4 OWN_textureLod(sampler2D s, vec2 p, float l) { return textureLod(s, p, l); }"],
  ["textureLod", "vec4 OWN_textureLod(sampler2D s, vec3 p, float l) { return vec4(0.0, 0.0, 0.0, 1.0); }"],
  ["texelFetch", "vec4 OWN_texelFetch(sampler2D s, ivec2 p, int l) { return texelFetch(s, p, l); }"],
  ["texelFetch", "vec4 OWN_texelFetch(sampler2D s, ivec3 p, int l) { return vec4(0.0, 0.0, 0.0, 1.0); }"],
];

/** Declarations of the old texture functions that the text uses and does not define. */
export function oldTextureFunctions(found: Scan): string {
  const wanted = OLD.filter(
    ([name]) => mentions(found, name) && !definesFunction(found, name) && !definesMacro(found, name),
  );
  return wanted.map(([, text]) => `${text}\n`).join("");
}

/** Declarations that let a channel be asked with three coordinates too. */
export function solidTextureFunctions(found: Scan): string {
  const wanted = SOLID.filter(
    ([name]) => mentions(found, name) && !definesFunction(found, name) && !definesMacro(found, name),
  );
  const own = ownPrefix(found);
  const names = new Set(wanted.map(([name]) => name));
  const macros = [...names].map((name) => `#define ${name} ${own}${name}\n`);
  return wanted.map(([, text]) => `${text.replace("OWN_", own)}\n`).join("") + macros.join("");
}
