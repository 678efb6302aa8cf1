/**
 * The words of GLSL ES 1.00 and 3.00, for all that reads a text: the site's pages and its editor colour code by
 * `wordKind`, the editor completes from the lists, and old texts that use a newer word as a name of their own are read
 * with that word moved aside (legacy.ts).
 */

import { BUILTIN_NAMES } from "./builtins";

function list(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

export const TYPES = /* @__PURE__ */ list(`
  void bool int uint float vec2 vec3 vec4 ivec2 ivec3 ivec4 uvec2 uvec3 uvec4 bvec2 bvec3 bvec4 mat2 mat3 mat4
  mat2x2 mat2x3 mat2x4 mat3x2 mat3x3 mat3x4 mat4x2 mat4x3 mat4x4 sampler2D samplerCube sampler3D sampler2DArray
  sampler2DShadow samplerCubeShadow sampler2DArrayShadow isampler2D isampler3D isamplerCube isampler2DArray
  usampler2D usampler3D usamplerCube usampler2DArray`);

export const KEYWORDS = /* @__PURE__ */ list(`
  attribute break case centroid const continue default discard do else flat for highp if in inout invariant layout lowp
  mediump out precision return smooth struct switch uniform varying while`);

export const CONSTANTS = /* @__PURE__ */ list(`
  true false gl_FragCoord gl_FragColor gl_FragData gl_FragDepth gl_FrontFacing gl_PointCoord`);

/** Functions of both versions. ES 1.00 has the derivatives by an extension. */
export const FUNCTIONS = /* @__PURE__ */ list(`
  radians degrees sin cos tan asin acos atan pow exp log exp2 log2 sqrt inversesqrt abs sign floor ceil fract mod min max
  clamp mix step smoothstep length distance dot cross normalize faceforward reflect refract matrixCompMult lessThan
  lessThanEqual greaterThan greaterThanEqual equal notEqual any all not dFdx dFdy fwidth`);

/** Functions that ES 3.00 has no more. */
export const FUNCTIONS_100 = /* @__PURE__ */ list(`
  texture2D texture2DProj texture2DLod texture2DProjLod textureCube textureCubeLod`);

/** Functions that ES 3.00 brought. */
export const FUNCTIONS_300 = /* @__PURE__ */ list(`
  sinh cosh tanh asinh acosh atanh trunc round roundEven modf isnan isinf floatBitsToInt floatBitsToUint intBitsToFloat
  uintBitsToFloat packSnorm2x16 unpackSnorm2x16 packUnorm2x16 unpackUnorm2x16 packHalf2x16 unpackHalf2x16 outerProduct
  transpose determinant inverse texture textureSize textureProj textureLod textureOffset texelFetch texelFetchOffset
  textureProjOffset textureLodOffset textureProjLod textureProjLodOffset textureGrad textureGradOffset textureProjGrad
  textureProjGradOffset`);

/** Words that ES 3.00 reserved; `uint` and the like are left out, because a text that has them means them. */
export const RESERVED_300 = /* @__PURE__ */ list(`
  active coherent common filter image2D partition patch readonly resource restrict sample smooth subroutine`);

export type WordKind = "keyword" | "type" | "builtin";

let kinds: ReadonlyMap<string, WordKind> | null = null;

/** What a word of the language or a name that the site provides is; null for an author's own name. */
export function wordKind(word: string): WordKind | null {
  kinds ??= new Map<string, WordKind>([
    ...[...FUNCTIONS, ...FUNCTIONS_100, ...FUNCTIONS_300].map((name) => [name, "builtin"] as const),
    ...[...CONSTANTS, ...BUILTIN_NAMES].map((name) => [name, "builtin"] as const),
    ...TYPES.map((name) => [name, "type"] as const),
    ...KEYWORDS.map((name) => [name, "keyword"] as const),
  ]);
  return kinds.get(word) ?? (word.startsWith("gl_") ? "builtin" : null);
}
