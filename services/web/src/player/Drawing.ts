/** One WebGL context with one shader, for a `Player`. Every draw is measured; a new shader is tried out at a small size first. */

import {
  type CompileOptions,
  type CompileResult,
  type FrameState,
  type RuntimeHooks,
  ShaderRuntime,
} from "../../runtime";
import { png, pngOf, Target } from "./capture";
import { GpuMeter } from "./gpu";
import { type Probe, type Trial, tryOut } from "./trial";

const CONTEXT: WebGLContextAttributes = { alpha: false, antialias: false, depth: false, stencil: false };
const LONGEST_CAPTURE_MS = 20_000;
const MOST_STEPS = 300;

export class Drawing {
  readonly meter: GpuMeter;
  private readonly runtime: ShaderRuntime;
  /** Asked for in time: a context that is lost gives no extensions. */
  private readonly restorer: WEBGL_lose_context | null;
  /** The largest picture that the present program was tried out with. */
  private tried: Target | null = null;

  private constructor(
    private readonly gl: WebGL2RenderingContext,
    private readonly canvas: HTMLCanvasElement,
    hooks: RuntimeHooks,
  ) {
    this.meter = new GpuMeter(gl);
    this.runtime = new ShaderRuntime(gl, hooks);
    this.restorer = gl.getExtension("WEBGL_lose_context");
  }

  /** Null where the browser has no WebGL 2, or no context left. */
  static create(canvas: HTMLCanvasElement, hooks: RuntimeHooks): Drawing | null {
    const gl = canvas.getContext("webgl2", CONTEXT);
    return gl === null ? null : new Drawing(gl, canvas, hooks);
  }

  get isLost(): boolean {
    return this.gl.isContextLost();
  }

  compile(source: string, options: CompileOptions): Promise<CompileResult | null> {
    return this.runtime.compileAsync(source, options);
  }

  /** Draws on the canvas, which takes the frame's size. */
  draw(frame: FrameState): void {
    const { canvas } = this;
    if (canvas.width !== frame.width) canvas.width = frame.width;
    if (canvas.height !== frame.height) canvas.height = frame.height;
    this.runtime.draw(frame);
  }

  resetFeedback(): void {
    this.runtime.resetFeedback();
  }

  /**
   * Draws a frame small and out of sight, and says what it took. The first draw of a program also waits for the driver's
   * translation, so an empty one goes before. Null where the context is lost, or `signal` says that it is not wanted.
   */
  async tryOut(frame: FrameState, signal: AbortSignal): Promise<Trial | null> {
    this.translate(frame);
    await this.meter.measure();
    this.tried?.dispose();
    this.tried = null;
    const probe: Probe = {
      time: (divider) => this.time(frame, divider),
      idle: () => this.idle(),
      rest: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    };
    const trial = await tryOut(probe, frame, signal);
    if (!signal.aborted) this.runtime.resetFeedback();
    return trial;
  }

  /** Puts the largest trial on the canvas, which takes its size: it costs nothing more. */
  showTrial(): void {
    const { canvas, gl, tried } = this;
    if (tried === null) return;
    const { width, height } = tried;
    canvas.width = width;
    canvas.height = height;
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, tried.framebuffer);
    gl.bindFramebuffer(gl.DRAW_FRAMEBUFFER, null);
    gl.blitFramebuffer(0, 0, width, height, 0, 0, width, height, gl.COLOR_BUFFER_BIT, gl.NEAREST);
  }

  /**
   * A PNG of a frame, pixel by pixel. A shader that builds on its last frame is taken one frame on at the canvas's own
   * size; for another size it is played anew.
   */
  async capture(frame: FrameState, usesBackbuffer: boolean): Promise<Blob> {
    const { canvas } = this;
    if (usesBackbuffer && frame.width === canvas.width && frame.height === canvas.height) {
      this.runtime.draw(frame);
      // In the same task: later the browser may have emptied it.
      return await pngOf(canvas);
    }
    const target = new Target(this.gl, frame.width, frame.height);
    try {
      this.drawWhole(frame, target, usesBackbuffer);
      return await png(target.read());
    } finally {
      target.dispose();
    }
  }

  /** Asks for a lost context back; only one that a page gave up itself comes so. */
  restore(): void {
    this.restorer?.restoreContext();
  }

  dispose(): void {
    this.meter.forget();
    this.tried = null;
    this.runtime.dispose(true);
  }

  /** Milliseconds until the GPU is done with as good as nothing: what a frame takes on top is the shader's. */
  async idle(): Promise<number | null> {
    const target = new Target(this.gl, 1, 1);
    this.gl.clear(this.gl.COLOR_BUFFER_BIT);
    target.dispose();
    return await this.meter.measure();
  }

  /** Milliseconds that a part of the size takes. */
  private async time(frame: FrameState, divider: number): Promise<number | null> {
    const target = new Target(this.gl, part(frame.width, divider), part(frame.height, divider));
    this.runtime.draw({ ...frame, width: target.width, height: target.height }, target.framebuffer);
    const ms = await this.meter.measure();
    const [larger, other] =
      this.tried === null || this.tried.width < target.width ? [target, this.tried] : [this.tried, target];
    this.tried = larger;
    other?.dispose();
    return ms;
  }

  /** Has the driver translate the program, without running it. */
  private translate(frame: FrameState): void {
    const target = new Target(this.gl, 1, 1);
    this.runtime.beginFrame({ ...frame, width: 1, height: 1 }, target.framebuffer);
    this.runtime.drawTile(0, 0);
    target.dispose();
  }

  private drawWhole(frame: FrameState, target: Target, usesBackbuffer: boolean): void {
    const deadline = performance.now() + LONGEST_CAPTURE_MS;
    const steps = usesBackbuffer ? Math.min(MOST_STEPS, Math.round(frame.time * 60)) : 0;
    if (usesBackbuffer) this.runtime.resetFeedback();
    for (let step = 0; step <= steps; step++) {
      const time = steps === 0 ? frame.time : (frame.time * step) / steps;
      const options = { deadline, target: target.framebuffer };
      if (!this.runtime.drawTiled({ ...frame, time }, options).complete) {
        throw new Error("This picture takes too long on this machine. Try a smaller one.");
      }
    }
  }
}

function part(length: number, divider: number): number {
  return Math.max(1, Math.round(length / divider));
}
