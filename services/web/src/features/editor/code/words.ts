/** The words of the language: types, and what is neither type nor function. */

const TYPES = `void bool int uint float vec2 vec3 vec4 ivec2 ivec3 ivec4 uvec2 uvec3 uvec4 bvec2 bvec3 bvec4 mat2 mat3 mat4
mat2x2 mat2x3 mat2x4 mat3x2 mat3x3 mat3x4 mat4x2 mat4x3 mat4x4 sampler2D samplerCube sampler3D sampler2DArray`;
const KEYWORDS = `const uniform attribute varying in out inout flat layout struct if else for while do switch case default
break continue return discard lowp mediump highp precision invariant`;
const CONSTANTS = "true false gl_FragCoord gl_FragColor gl_FrontFacing gl_PointCoord";

function set(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

export const TYPE_WORDS = set(TYPES);
export const KEYWORD_WORDS = set(KEYWORDS);
export const CONSTANT_WORDS = set(CONSTANTS);
export const WORDS: ReadonlySet<string> = new Set([...TYPE_WORDS, ...KEYWORD_WORDS, ...CONSTANT_WORDS]);
