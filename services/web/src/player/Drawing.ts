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

const CONTEXT: WebGLContextAttributes = { alpha: false, antialias: false, depth: false, stencil: false };
/** Pixels of the first picture that a shader is tried out with; each further one has four times as many. */
const FIRST_PIXELS = 2000;
/** The last one has this part of the real picture's pixels; from there to the real one it is not far. */
const LAST_PART = 1 / 16;
/** A trial as slow as this tells enough; the next one would be four times slower. */
const TELLING_MS = 60;
/** Up to here a slow trial may have been the machine's hiccup, so it is made once more; the quicker one counts. */
const DOUBTFUL_MS = 1000;
const LONGEST_CAPTURE_MS = 20_000;
const MOST_STEPS = 300;

/** What a trial took beyond what nothing takes, and how many times smaller than the real picture its sides were. */
export interface Trial {
  readonly ms: number;
  readonly divider: number;
}

export class Drawing {
  readonly meter: GpuMeter;
  private readonly runtime: ShaderRuntime;
  /** Asked for in time: a context that is lost gives no extensions. */
  private readonly restorer: WEBGL_lose_context | null;

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
   * Draws a frame small and out of sight, then less small, and says what the last one took. The first draw of a
   * program also waits for the driver's translation, so an empty one goes before. Null where the context is lost.
   */
  async tryOut(frame: FrameState, signal: AbortSignal): Promise<Trial | null> {
    let trial: Trial | null = null;
    this.translate(frame);
    await this.meter.measure();
    const idle = await this.idle();
    for (const divider of trialsFor(frame)) {
      if (idle === null) return null;
      if (signal.aborted || (trial !== null && trial.ms > TELLING_MS)) break;
      const ms = await this.timeFairly(frame, divider);
      if (ms === null) return null;
      trial = { ms: Math.max(0, ms - idle), divider };
    }
    if (!signal.aborted) this.runtime.resetFeedback();
    return trial;
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
    this.runtime.dispose(true);
  }

  /** Milliseconds until the GPU is done with as good as nothing: what a frame takes on top is the shader's. */
  async idle(): Promise<number | null> {
    const target = new Target(this.gl, 1, 1);
    this.gl.clear(this.gl.COLOR_BUFFER_BIT);
    target.dispose();
    return await this.meter.measure();
  }

  private async timeFairly(frame: FrameState, divider: number): Promise<number | null> {
    const ms = await this.time(frame, divider);
    if (ms === null || ms <= TELLING_MS || ms >= DOUBTFUL_MS) return ms;
    const again = await this.time(frame, divider);
    return again === null ? null : Math.min(ms, again);
  }

  /** Milliseconds that a part of the size takes. */
  private async time(frame: FrameState, divider: number): Promise<number | null> {
    const target = new Target(this.gl, part(frame.width, divider), part(frame.height, divider));
    this.runtime.draw({ ...frame, width: target.width, height: target.height }, target.framebuffer);
    target.dispose();
    return await this.meter.measure();
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

/** Dividers of ever larger pictures. */
function trialsFor({ width, height }: FrameState): number[] {
  const pixels = width * height;
  const dividers = [];
  for (let one = FIRST_PIXELS; one < pixels * LAST_PART; one *= 4) dividers.push(Math.sqrt(pixels / one));
  return [...dividers, 4];
}

function part(length: number, divider: number): number {
  return Math.max(1, Math.round(length / divider));
}
