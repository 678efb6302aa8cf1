/** Signature and description of the built-in functions. T is float, vec2, vec3 or vec4; I and U the same of int and uint; B of bool. */

import { FUNCTIONS, FUNCTIONS_100, FUNCTIONS_300 } from "../../../../runtime/vocabulary";

export interface Builtin {
  readonly name: string;
  readonly signature: string;
  readonly about: string;
  /** The versions that know it. */
  readonly versions: readonly (100 | 300)[];
}

const TEXT = `
radians: T radians(T degrees): Degrees to radians.
degrees: T degrees(T radians): Radians to degrees.
sin: T sin(T angle): Sine of an angle in radians.
cos: T cos(T angle): Cosine of an angle in radians.
tan: T tan(T angle): Tangent of an angle in radians.
asin: T asin(T x): The angle whose sine is x.
acos: T acos(T x): The angle whose cosine is x.
atan: T atan(T y, T x) or atan(T ratio): The angle of the point (x, y), from -π to π; or the angle whose tangent is the ratio.
pow: T pow(T x, T y): x to the power of y; undefined for x below 0.
exp: T exp(T x): e to the power of x.
log: T log(T x): The natural logarithm; undefined for x of 0 and below.
exp2: T exp2(T x): 2 to the power of x.
log2: T log2(T x): The logarithm to base 2.
sqrt: T sqrt(T x): The square root.
inversesqrt: T inversesqrt(T x): 1 divided by the square root.
abs: T abs(T x): x without its sign.
sign: T sign(T x): -1, 0 or 1.
floor: T floor(T x): The nearest whole number that is not greater.
ceil: T ceil(T x): The nearest whole number that is not less.
fract: T fract(T x): x - floor(x): what is behind the point.
mod: T mod(T x, T y): x - y * floor(x / y); y may be a float.
min: T min(T x, T y): The lesser; y may be a float.
max: T max(T x, T y): The greater; y may be a float.
clamp: T clamp(T x, T low, T high): x, but not less than low and not more than high.
mix: T mix(T a, T b, T amount): From a (amount 0) to b (amount 1), in a straight line.
step: T step(T edge, T x): 0 where x is below the edge, else 1.
smoothstep: T smoothstep(T from, T to, T x): 0 below from, 1 above to, an S between.
length: float length(T v): The length of a vector.
distance: float distance(T a, T b): The distance between two points.
dot: float dot(T a, T b): The dot product: how far two vectors point the same way.
cross: vec3 cross(vec3 a, vec3 b): A vector at right angles to both.
normalize: T normalize(T v): The same direction with length 1.
faceforward: T faceforward(T n, T incident, T reference): n, turned to face away from the incident vector.
reflect: T reflect(T incident, T normal): The direction after a mirror; the normal has length 1.
refract: T refract(T incident, T normal, float ratio): The direction after a surface of glass or water.
matrixCompMult: mat matrixCompMult(mat a, mat b): Multiplies component by component.
lessThan: B lessThan(T a, T b): Compares each component.
lessThanEqual: B lessThanEqual(T a, T b): Compares each component.
greaterThan: B greaterThan(T a, T b): Compares each component.
greaterThanEqual: B greaterThanEqual(T a, T b): Compares each component.
equal: B equal(T a, T b): Compares each component.
notEqual: B notEqual(T a, T b): Compares each component.
any: bool any(B v): Whether some component is true.
all: bool all(B v): Whether all components are true.
not: B not(B v): Each component turned round.
dFdx: T dFdx(T x): How much x changes to the next pixel on the right.
dFdy: T dFdy(T x): How much x changes to the next pixel above.
fwidth: T fwidth(T x): abs(dFdx(x)) + abs(dFdy(x)): the width of a pixel in x, for smooth edges.
texture2D: vec4 texture2D(sampler2D s, vec2 at): The colour of a texture; at goes from 0 to 1.
texture2DProj: vec4 texture2DProj(sampler2D s, vec3 at): As texture2D, at divided by its last component.
texture2DLod: vec4 texture2DLod(sampler2D s, vec2 at, float level): The colour at a level of detail.
texture2DProjLod: vec4 texture2DProjLod(sampler2D s, vec3 at, float level): Both of these.
textureCube: vec4 textureCube(samplerCube s, vec3 direction): The colour of a cube map.
textureCubeLod: vec4 textureCubeLod(samplerCube s, vec3 direction, float level): The same at a level of detail.
sinh: T sinh(T x): Hyperbolic sine.
cosh: T cosh(T x): Hyperbolic cosine.
tanh: T tanh(T x): Hyperbolic tangent: an S from -1 to 1.
asinh: T asinh(T x): Inverse of sinh.
acosh: T acosh(T x): Inverse of cosh.
atanh: T atanh(T x): Inverse of tanh.
trunc: T trunc(T x): What is before the point.
round: T round(T x): The nearest whole number.
roundEven: T roundEven(T x): The nearest whole number; of two the even one.
modf: T modf(T x, out T whole): What is behind the point; what is before it goes into whole.
isnan: B isnan(T x): Whether it is not a number.
isinf: B isinf(T x): Whether it is infinite.
floatBitsToInt: I floatBitsToInt(T x): The bits of x as a whole number.
floatBitsToUint: U floatBitsToUint(T x): The bits of x as a whole number without sign.
intBitsToFloat: T intBitsToFloat(I x): The number that has these bits.
uintBitsToFloat: T uintBitsToFloat(U x): The number that has these bits.
packSnorm2x16: uint packSnorm2x16(vec2 v): Two numbers from -1 to 1 in one uint.
unpackSnorm2x16: vec2 unpackSnorm2x16(uint p): Out of one uint two numbers from -1 to 1.
packUnorm2x16: uint packUnorm2x16(vec2 v): Two numbers from 0 to 1 in one uint.
unpackUnorm2x16: vec2 unpackUnorm2x16(uint p): Out of one uint two numbers from 0 to 1.
packHalf2x16: uint packHalf2x16(vec2 v): Two numbers of 16 bits in one uint.
unpackHalf2x16: vec2 unpackHalf2x16(uint p): Out of one uint two numbers of 16 bits.
outerProduct: mat outerProduct(T column, T row): Each component with each.
transpose: mat transpose(mat m): Rows become columns.
determinant: float determinant(mat m): By how much m makes things larger.
inverse: mat inverse(mat m): What undoes m.
texture: vec4 texture(sampler2D s, vec2 at): The colour of a texture; at goes from 0 to 1.
textureSize: ivec2 textureSize(sampler2D s, int level): Width and height in pixels.
textureProj: vec4 textureProj(sampler2D s, vec3 at): As texture, at divided by its last component.
textureLod: vec4 textureLod(sampler2D s, vec2 at, float level): The colour at a level of detail.
textureOffset: vec4 textureOffset(sampler2D s, vec2 at, ivec2 offset): The colour some pixels away.
texelFetch: vec4 texelFetch(sampler2D s, ivec2 pixel, int level): One pixel, nothing smoothed.
texelFetchOffset: vec4 texelFetchOffset(sampler2D s, ivec2 pixel, int level, ivec2 offset): One pixel, some pixels away.
textureProjOffset: vec4 textureProjOffset(sampler2D s, vec3 at, ivec2 offset): textureProj, some pixels away.
textureLodOffset: vec4 textureLodOffset(sampler2D s, vec2 at, float level, ivec2 offset): textureLod, some pixels away.
textureProjLod: vec4 textureProjLod(sampler2D s, vec3 at, float level): textureProj at a level of detail.
textureProjLodOffset: vec4 textureProjLodOffset(sampler2D s, vec3 at, float level, ivec2 offset): The same, some pixels away.
textureGrad: vec4 textureGrad(sampler2D s, vec2 at, vec2 dx, vec2 dy): The colour, smoothed by given derivatives.
textureGradOffset: vec4 textureGradOffset(sampler2D s, vec2 at, vec2 dx, vec2 dy, ivec2 offset): The same, some pixels away.
textureProjGrad: vec4 textureProjGrad(sampler2D s, vec3 at, vec2 dx, vec2 dy): textureProj by given derivatives.
textureProjGradOffset: vec4 textureProjGradOffset(sampler2D s, vec3 at, vec2 dx, vec2 dy, ivec2 offset): The same, some pixels away.`;

const DOCS = new Map(
  TEXT.trim()
    .split("\n")
    .map((line) => {
      const [name = "", signature = "", ...about] = line.split(": ");
      return [name, { signature, about: about.join(": ") }] as const;
    }),
);

function described(names: readonly string[], versions: Builtin["versions"]): Builtin[] {
  return names.map((name) => ({ name, signature: "", about: "", ...DOCS.get(name), versions }));
}

export const BUILTINS: readonly Builtin[] = [
  ...described(FUNCTIONS, [100, 300]),
  ...described(FUNCTIONS_100, [100]),
  ...described(FUNCTIONS_300, [300]),
];
