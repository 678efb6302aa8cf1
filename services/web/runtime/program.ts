/** A linked WebGL program, its active uniforms, and how a value reaches a uniform of any type. */

import { BACKBUFFER, FEEDS, type FrameState, givesSize, moves, type ResolvedFrame } from "./builtins";
import type { ShaderError } from "./errors";
import type { ParameterValue } from "./parameters";
import type { Scan } from "./scan";
import { undrawable } from "./undrawable";
import type { Wrapped } from "./wrap";

const FLOATS = new Map([
  [0x1406, 1],
  [0x8b50, 2],
  [0x8b51, 3],
  [0x8b52, 4],
]);
// int, ivec2-4, then bool, bvec2-4.
const INTS = new Map([
  [0x1404, 1],
  [0x8b53, 2],
  [0x8b54, 3],
  [0x8b55, 4],
  [0x8b56, 1],
  [0x8b57, 2],
  [0x8b58, 3],
  [0x8b59, 4],
]);
const UINTS = new Map([
  [0x1405, 1],
  [0x8dc6, 2],
  [0x8dc7, 3],
  [0x8dc8, 4],
]);
const SAMPLER_2D = 0x8b5e;

interface Uniform {
  readonly name: string;
  readonly type: number;
  readonly size: number;
  readonly location: WebGLUniformLocation;
}

/** Shaders and program whose link has been asked for and may not have ended. */
export interface PendingProgram {
  readonly program: WebGLProgram;
  readonly vertex: WebGLShader;
  readonly fragment: WebGLShader;
  readonly wrapped: Wrapped;
}

function shader(gl: WebGL2RenderingContext, kind: number, source: string): WebGLShader | null {
  const made = gl.createShader(kind);
  if (made === null) return null;
  gl.shaderSource(made, source);
  gl.compileShader(made);
  return made;
}

/** Starts compiling and linking; null where the context is lost. */
export function startProgram(gl: WebGL2RenderingContext, wrapped: Wrapped): PendingProgram | null {
  const program = gl.createProgram();
  const vertex = shader(gl, gl.VERTEX_SHADER, wrapped.vertex);
  const fragment = shader(gl, gl.FRAGMENT_SHADER, wrapped.fragment);
  if (program === null || vertex === null || fragment === null) return null;
  gl.attachShader(program, vertex);
  gl.attachShader(program, fragment);
  gl.bindAttribLocation(program, 0, `${wrapped.own}position`);
  gl.linkProgram(program);
  return { program, vertex, fragment, wrapped };
}

/** What the compiler has against the fragment shader alone: null is nothing, an empty text that the context is gone. */
export function fragmentLog(gl: WebGL2RenderingContext, wrapped: Wrapped): string | null {
  const fragment = shader(gl, gl.FRAGMENT_SHADER, wrapped.fragment);
  if (fragment === null) return "";
  const fine = gl.getShaderParameter(fragment, gl.COMPILE_STATUS) === true;
  const log = fine ? null : (gl.getShaderInfoLog(fragment) ?? "");
  gl.deleteShader(fragment);
  return log;
}

export function discardProgram(gl: WebGL2RenderingContext, pending: PendingProgram): void {
  gl.deleteShader(pending.vertex);
  gl.deleteShader(pending.fragment);
  gl.deleteProgram(pending.program);
}

/** Waits for the link. A linked program, or the log of what failed; an empty log means that the context is gone. */
export function finishProgram(gl: WebGL2RenderingContext, pending: PendingProgram): Program | string {
  if (gl.getProgramParameter(pending.program, gl.LINK_STATUS) === true) {
    gl.deleteShader(pending.vertex);
    gl.deleteShader(pending.fragment);
    return new Program(gl, pending.program, pending.wrapped.own);
  }
  const log = gl.getShaderInfoLog(pending.fragment) || gl.getProgramInfoLog(pending.program) || "";
  discardProgram(gl, pending);
  return log;
}

export class Program {
  /** True where the shader reads the frame before. */
  readonly usesBackbuffer: boolean;
  /** False where every frame is the same picture. */
  readonly animated: boolean;
  /** False where the shader does not know how large its picture is. */
  readonly knowsSize: boolean;
  private readonly uniforms: readonly Uniform[];
  private readonly surface: WebGLUniformLocation | null;
  /** Null where the program is not `sampled`. */
  private readonly sample: WebGLUniformLocation | null;
  private readonly shift: WebGLUniformLocation | null;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly program: WebGLProgram,
    own: string,
  ) {
    this.uniforms = activeUniforms(gl, program);
    this.surface = gl.getUniformLocation(program, `${own}surface`);
    this.sample = gl.getUniformLocation(program, `${own}sample`);
    this.shift = gl.getUniformLocation(program, `${own}shift`);
    this.usesBackbuffer = this.uniforms.some(({ name, type }) => name === BACKBUFFER && type === SAMPLER_2D);
    this.animated = this.uniforms.some(({ name }) => moves(name));
    this.knowsSize = this.uniforms.some(({ name }) => givesSize(name));
  }

  /** Makes the program current and sets every uniform for the frame. */
  use(frame: ResolvedFrame, parameters: NonNullable<FrameState["parameters"]>): void {
    const { gl } = this;
    gl.useProgram(this.program);
    gl.uniform2f(this.surface, frame.width / frame.height / 2, 0.5);
    const [x, y] = frame.sample;
    gl.uniform3f(this.sample, x, y, frame.scale);
    gl.uniform2f(this.shift, (2 * x) / frame.width, (2 * y) / frame.height);
    let unit = 2;
    for (const uniform of this.uniforms) {
      const given = Object.hasOwn(parameters, uniform.name) ? parameters[uniform.name] : undefined;
      const values = FEEDS.get(uniform.name)?.(frame) ?? parameterValues(given);
      if (isSampler(uniform.type)) {
        if (uniform.type !== SAMPLER_2D) gl.uniform1i(uniform.location, unit++);
        else gl.uniform1i(uniform.location, uniform.name === BACKBUFFER ? 0 : 1);
      } else if (values !== null) {
        setUniform(gl, uniform, values);
      }
    }
  }

  /** Why the program, though it is linked, draws nothing. */
  undrawable(found: Scan): ShaderError[] {
    return undrawable(this.gl, this.program, found);
  }

  dispose(): void {
    this.gl.deleteProgram(this.program);
  }
}

function activeUniforms(gl: WebGL2RenderingContext, program: WebGLProgram): Uniform[] {
  const count = Number(gl.getProgramParameter(program, gl.ACTIVE_UNIFORMS) ?? 0);
  const uniforms: Uniform[] = [];
  for (let index = 0; index < count; index++) {
    const info = gl.getActiveUniform(program, index);
    const location = info && gl.getUniformLocation(program, info.name);
    if (!info || !location) continue;
    uniforms.push({ name: info.name.replace(/\[0\]$/, ""), type: info.type, size: info.size, location });
  }
  return uniforms;
}

function isSampler(type: number): boolean {
  return (
    !FLOATS.has(type) &&
    !INTS.has(type) &&
    !UINTS.has(type) &&
    !(type >= 0x8b5a && type <= 0x8b5c) &&
    !(type >= 0x8b65 && type <= 0x8b6a)
  );
}

function parameterValues(value: ParameterValue | undefined): readonly number[] | null {
  if (value === undefined) return null;
  if (typeof value === "boolean") return [Number(value)];
  return typeof value === "number" ? [value] : value;
}

function setUniform(gl: WebGL2RenderingContext, { type, size, location }: Uniform, values: readonly number[]): void {
  const width = FLOATS.get(type) ?? INTS.get(type) ?? UINTS.get(type);
  if (width === undefined) return;
  const flat = Array.from({ length: width * size }, (_, i) => values[i] ?? 0);
  const kind = FLOATS.has(type) ? "f" : INTS.has(type) ? "i" : "ui";
  gl[`uniform${width as 1 | 2 | 3 | 4}${kind}v`](location, flat);
}
