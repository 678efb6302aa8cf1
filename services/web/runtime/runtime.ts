/**
 * Compiles and draws one shader at a time in a WebGL2 context that it owns.
 *
 * `compile` and `compileAsync` never throw for what an author wrote: errors are in the result, and the program that
 * drew before stays in use until a new one is linked. Pictures are opaque: alpha is written by a clear and never by a
 * shader, so a target can be read back or composited as it is. Drawing without a program throws. A lost context draws
 * nothing; when it is given back, the last text that compiled is compiled again.
 */

import { type FrameState, type ResolvedFrame, resolveFrame } from "./builtins";
import { type Compiled, type CompileOptions, type CompileResult, compileLater, compileNow } from "./compiler";
import { Feedback } from "./feedback";
import { clampParameters, type Parameter } from "./parameters";
import type { Program } from "./program";
import { Surface } from "./surface";

export interface RuntimeHooks {
  readonly onLost?: () => void;
  /** Called with the result of compiling the last good text again, or null where there was none. */
  readonly onRestored?: (result: CompileResult | null) => void;
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
  /** False where the deadline passed or the context was lost. */
  readonly complete: boolean;
  /** Rows drawn, from the bottom. */
  readonly rows: number;
}

export class ShaderRuntime {
  private program: Program | null = null;
  private parameters: readonly Parameter[] = [];
  private lastGood: { source: string; options: CompileOptions } | null = null;
  private surface: Surface;
  private feedback: Feedback;
  private frames = 0;
  private drawing: { frame: ResolvedFrame; target: WebGLFramebuffer | null } | null = null;
  private compiling = new AbortController();
  private readonly listening = new AbortController();

  constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly hooks: RuntimeHooks = {},
  ) {
    this.surface = new Surface(gl);
    this.feedback = new Feedback(gl);
    const { signal } = this.listening;
    gl.canvas.addEventListener("webglcontextlost", (event) => this.lose(event), { signal });
    gl.canvas.addEventListener("webglcontextrestored", () => this.restore(), { signal });
  }

  /** Compiles and waits for it. A success replaces the program and starts at frame 0. */
  compile(source: string, options: CompileOptions = {}): CompileResult {
    this.supersede();
    return this.adopt(source, options, compileNow(this.gl, source, options));
  }

  /** Compiles while the page goes on drawing; null where a later call, or `dispose`, overtook it. */
  async compileAsync(source: string, options: CompileOptions = {}): Promise<CompileResult | null> {
    const signal = this.supersede();
    const compiled = await compileLater(this.gl, source, options, signal);
    return compiled === null ? null : this.adopt(source, options, compiled);
  }

  /** Draws a whole frame; null is the canvas. */
  draw(frame: FrameState, target: WebGLFramebuffer | null = null): void {
    this.beginFrame(frame, target);
    this.drawTile(0, frame.height);
    this.endFrame();
  }

  /**
   * Draws a frame in strips and waits for each, so that a slow shader can be left between two of them. The first
   * strip is always drawn. A frame that was left does not become the backbuffer.
   */
  drawTiled(frame: FrameState, options: TiledOptions = {}): TiledResult {
    const { rows = 24, deadline = Number.POSITIVE_INFINITY, target = null } = options;
    const { gl } = this;
    const pixel = new Uint8Array(4);
    this.beginFrame(frame, target);
    for (let y = 0; y < frame.height; y += rows) {
      if (gl.isContextLost() || (y > 0 && performance.now() >= deadline)) {
        this.drawing = null;
        return { complete: false, rows: y };
      }
      this.drawTile(y, Math.min(rows, frame.height - y));
      gl.readPixels(0, y, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    }
    this.endFrame();
    return { complete: !gl.isContextLost(), rows: frame.height };
  }

  /** Sets up a frame for `drawTile`. */
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
      this.surface.clear(target);
    }
    program.use(resolved, clampParameters(this.parameters, frame.parameters ?? {}));
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
    const { program, drawing } = this;
    if (drawing === null || program === null) throw new Error("no frame is begun");
    if (program.usesBackbuffer) {
      this.surface.clear(drawing.target);
      this.feedback.present();
    }
    this.drawing = null;
    this.frames += 1;
  }

  /** False where the shader that is compiled does not know how large its picture is. */
  get knowsSize(): boolean {
    return this.program?.knowsSize ?? false;
  }

  /** Empties the feedback buffer and starts counting frames at 0. */
  resetFeedback(): void {
    this.feedback.reset();
    this.frames = 0;
  }

  /** Frees everything that it made; with `releaseContext` also the context, of which a browser has only a few. */
  dispose(releaseContext = false): void {
    this.supersede();
    this.listening.abort();
    this.program?.dispose();
    this.program = null;
    this.drawing = null;
    this.feedback.dispose();
    this.surface.dispose();
    if (releaseContext) this.gl.getExtension("WEBGL_lose_context")?.loseContext();
  }

  private supersede(): AbortSignal {
    this.compiling.abort();
    this.compiling = new AbortController();
    return this.compiling.signal;
  }

  private adopt(source: string, options: CompileOptions, { result, program }: Compiled): CompileResult {
    if (program === null) return result;
    this.program?.dispose();
    this.program = program;
    this.parameters = result.parameters;
    this.lastGood = { source, options };
    this.drawing = null;
    this.resetFeedback();
    return result;
  }

  private lose(event: Event): void {
    // Without this the browser never gives the context back.
    event.preventDefault();
    this.hooks.onLost?.();
  }

  private restore(): void {
    this.surface = new Surface(this.gl);
    this.feedback = new Feedback(this.gl);
    this.program = null;
    const { lastGood } = this;
    this.hooks.onRestored?.(lastGood === null ? null : this.compile(lastGood.source, lastGood.options));
  }
}
