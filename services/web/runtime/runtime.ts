/**
 * Compiles and draws one shader at a time in a WebGL2 context that it owns.
 *
 * `compile` never throws for what an author wrote: errors are in its result, and the program that drew before stays
 * in use. A lost context gives `lost: true` with no errors. Pictures are opaque: alpha is written once by a clear and
 * never by a shader, so one target can be read back or composited as it is.
 */

import { type FrameState, type ResolvedFrame, resolveFrame } from "./builtins";
import { type Dialect, detectDialect } from "./dialect";
import { mapErrors, type ShaderError } from "./errors";
import { Feedback } from "./feedback";
import { type Parameter, parseParameters } from "./parameters";
import { finishProgram, type Program, startProgram } from "./program";
import { wrap } from "./wrap";

export interface CompileOptions {
  /** Detected where it is not given. */
  readonly dialect?: Dialect | null;
}

export interface CompileResult {
  readonly ok: boolean;
  readonly dialect: Dialect | null;
  readonly errors: readonly ShaderError[];
  readonly parameters: readonly Parameter[];
  /** False where every frame is the same picture. */
  readonly animated: boolean;
  readonly usesBackbuffer: boolean;
  /** The context was lost, or the GPU process died: nothing is known about the shader. */
  readonly lost: boolean;
}

export interface TiledOptions {
  /** Height of a tile in pixels; 24 unless told. */
  readonly rows?: number;
  /** On the clock of `performance.now()`; looked at between tiles. */
  readonly deadline?: number;
  /** Null is the canvas. */
  readonly target?: WebGLFramebuffer | null;
}

export interface TiledResult {
  readonly complete: boolean;
  /** Rows drawn, from the bottom. */
  readonly rows: number;
}

const FAILED = { ok: false, animated: false, usesBackbuffer: false, lost: false } as const;
const NO_ENTRY: ShaderError = {
  line: 1,
  column: null,
  token: null,
  message:
    "no entry point found: write mainImage(out vec4, in vec2), or main that sets gl_FragColor or a declared output",
};

export class ShaderRuntime {
  private program: Program | null = null;
  private readonly triangle: WebGLBuffer | null;
  private readonly black: WebGLTexture | null;
  private readonly feedback: Feedback;
  private frames = 0;
  private drawing: { frame: ResolvedFrame; target: WebGLFramebuffer | null } | null = null;

  constructor(private readonly gl: WebGL2RenderingContext) {
    this.triangle = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.triangle);
    gl.bufferData(gl.ARRAY_BUFFER, new Float32Array([-1, -1, 3, -1, -1, 3]), gl.STATIC_DRAW);
    gl.enableVertexAttribArray(0);
    gl.vertexAttribPointer(0, 2, gl.FLOAT, false, 0, 0);
    this.black = gl.createTexture();
    gl.activeTexture(gl.TEXTURE1);
    gl.bindTexture(gl.TEXTURE_2D, this.black);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 1, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array([0, 0, 0, 255]));
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
    this.feedback = new Feedback(gl);
  }

  compile(source: string, options: CompileOptions = {}): CompileResult {
    const { gl } = this;
    const dialect = options.dialect ?? detectDialect(source);
    const parameters = parseParameters(source);
    const failed = { ...FAILED, dialect, parameters };
    if (dialect === null) return { ...failed, errors: [NO_ENTRY] };
    const pending = startProgram(gl, wrap(source, dialect));
    if (pending === null || gl.isContextLost()) return { ...failed, lost: true, errors: [] };
    const program = finishProgram(gl, pending);
    if (typeof program === "string") {
      const errors = mapErrors(program, source);
      return { ...failed, lost: program === "" || gl.isContextLost(), errors };
    }
    this.program?.dispose();
    this.program = program;
    this.resetFeedback();
    const { animated, usesBackbuffer } = program;
    return { ok: true, dialect, errors: [], parameters, animated, usesBackbuffer, lost: false };
  }

  /** Draws a whole frame; null is the canvas. */
  draw(frame: FrameState, target: WebGLFramebuffer | null = null): void {
    this.beginFrame(frame, target);
    this.drawTile(0, frame.height);
    this.endFrame();
  }

  /** Draws a frame in strips and waits for each, so that a slow shader can be left between two of them. */
  drawTiled(frame: FrameState, options: TiledOptions = {}): TiledResult {
    const { rows = 24, deadline = Number.POSITIVE_INFINITY, target = null } = options;
    const { gl } = this;
    const pixel = new Uint8Array(4);
    this.beginFrame(frame, target);
    for (let y = 0; y < frame.height; y += rows) {
      if (y > 0 && performance.now() >= deadline) {
        this.drawing = null;
        return { complete: false, rows: y };
      }
      this.drawTile(y, Math.min(rows, frame.height - y));
      gl.readPixels(0, y, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    }
    this.endFrame();
    return { complete: true, rows: frame.height };
  }

  /** Sets up a frame for `drawTile`; a frame that is not ended leaves the feedback buffer as it was. */
  beginFrame(frame: FrameState, target: WebGLFramebuffer | null = null): void {
    const { gl, program } = this;
    if (program === null) throw new Error("no shader is compiled");
    const resolved = resolveFrame(frame, this.frames);
    this.drawing = { frame: resolved, target };
    gl.disable(gl.SCISSOR_TEST);
    gl.viewport(0, 0, frame.width, frame.height);
    if (program.usesBackbuffer) {
      this.feedback.begin(frame.width, frame.height);
      gl.colorMask(true, true, true, true);
    } else {
      this.clear(target);
      gl.colorMask(true, true, true, false);
    }
    program.use(resolved, frame.parameters ?? {});
  }

  /** Draws the rows from y (from the bottom) of the frame that was begun. */
  drawTile(y: number, rows: number): void {
    const { gl, drawing } = this;
    if (drawing === null) throw new Error("no frame is begun");
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(0, y, drawing.frame.width, rows);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
    gl.disable(gl.SCISSOR_TEST);
  }

  /** Shows the frame that was begun, and makes it the backbuffer of the next. */
  endFrame(): void {
    const { gl, program, drawing } = this;
    if (drawing === null || program === null) throw new Error("no frame is begun");
    if (program.usesBackbuffer) {
      this.clear(drawing.target);
      gl.colorMask(true, true, true, false);
      this.feedback.present();
    }
    this.drawing = null;
    this.frames += 1;
  }

  /** Empties the feedback buffer and starts counting frames at 0. */
  resetFeedback(): void {
    this.feedback.reset();
    this.frames = 0;
  }

  dispose(): void {
    this.program?.dispose();
    this.program = null;
    this.feedback.dispose();
    this.gl.deleteBuffer(this.triangle);
    this.gl.deleteTexture(this.black);
  }

  private clear(target: WebGLFramebuffer | null): void {
    const { gl } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, target);
    gl.colorMask(true, true, true, true);
    gl.clearColor(0, 0, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
  }
}
