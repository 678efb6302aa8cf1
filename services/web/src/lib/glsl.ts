/** Divides GLSL into coloured pieces, line by line, for reading. The editor has a real parser; a page of text needs none. */

import { BUILTIN_NAMES } from "../../runtime";

export type TokenKind = "plain" | "comment" | "directive" | "number" | "keyword" | "type" | "builtin";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const PIECE =
  /\/\*[\s\S]*?(?:\*\/|(?![\s\S]))|\/\/(?:\\\r?\n|[^\n])*|^[ \t]*#(?:\\\r?\n|\/(?![/*])|[^\n/])*|(?:0[xX][\dA-Fa-f]+[uU]?|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?:[uU]|[lL]?[fF])?)|[A-Za-z_]\w*/gm;

const KEYWORDS = new Set(
  (
    "attribute break buffer case centroid const continue default discard do else false flat for highp if in inout invariant " +
    "layout lowp mediump out precision return smooth struct switch true uniform varying while"
  ).split(" "),
);

const TYPES = new Set(
  (
    "void bool int uint float vec2 vec3 vec4 ivec2 ivec3 ivec4 uvec2 uvec3 uvec4 bvec2 bvec3 bvec4 mat2 mat3 mat4 " +
    "mat2x2 mat2x3 mat2x4 mat3x2 mat3x3 mat3x4 mat4x2 mat4x3 mat4x4 sampler2D sampler3D samplerCube isampler2D usampler2D"
  ).split(" "),
);

const FUNCTIONS = new Set(
  (
    "abs acos acosh all any asin asinh atan atanh ceil clamp cos cosh cross dFdx dFdy degrees determinant distance dot equal " +
    "exp exp2 faceforward floor floatBitsToInt floatBitsToUint fract fwidth greaterThan greaterThanEqual intBitsToFloat " +
    "inverse inversesqrt isinf isnan length lessThan lessThanEqual log log2 matrixCompMult max min mix mod modf normalize " +
    "not notEqual outerProduct pow radians reflect refract round roundEven sign sin sinh smoothstep sqrt step tan tanh " +
    "texelFetch texture texture2D textureGrad textureLod textureSize transpose trunc uintBitsToFloat"
  ).split(" "),
);

/** The lines of a text in pieces; together they are the text again. */
export function tokenize(source: string): Token[][] {
  const lines: Token[][] = [[]];
  let last = 0;
  for (const match of source.matchAll(PIECE)) {
    push(lines, "plain", source.slice(last, match.index));
    push(lines, kindOf(match[0]), match[0]);
    last = match.index + match[0].length;
  }
  push(lines, "plain", source.slice(last));
  return lines;
}

function kindOf(piece: string): TokenKind {
  if (piece.startsWith("/")) return "comment";
  if (/^[ \t]*#/.test(piece)) return "directive";
  if (/^[.\d]/.test(piece)) return "number";
  if (KEYWORDS.has(piece)) return "keyword";
  if (TYPES.has(piece)) return "type";
  return FUNCTIONS.has(piece) || BUILTIN_NAMES.has(piece) || piece.startsWith("gl_") ? "builtin" : "plain";
}

function push(lines: Token[][], kind: TokenKind, text: string): void {
  for (const [index, part] of text.split("\n").entries()) {
    if (index > 0) lines.push([]);
    const line = lines.at(-1);
    const before = line?.at(-1);
    if (part === "" || line === undefined) continue;
    if (kind === "plain" && before?.kind === "plain") line.splice(-1, 1, { kind, text: before.text + part });
    else line.push({ kind, text: part });
  }
}
