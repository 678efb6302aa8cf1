/** A runtime on a canvas of its own, and the pixels that it drew; the context goes with the test. */

import { onTestFinished } from "vitest";
import { type CompileOptions, type FrameState, type RuntimeHooks, ShaderRuntime } from "../../runtime";

export type Pixel = readonly [number, number, number, number];

export class Canvas {
  readonly gl: WebGL2RenderingContext;
  readonly runtime: ShaderRuntime;

  constructor(
    readonly width = 8,
    readonly height = 8,
    options: { alpha?: boolean; hooks?: RuntimeHooks } = {},
  ) {
    const settings = { alpha: options.alpha ?? false, antialias: false, preserveDrawingBuffer: true };
    const gl = new OffscreenCanvas(width, height).getContext("webgl2", settings);
    if (gl === null) throw new Error("this browser has no WebGL 2");
    this.gl = gl;
    this.runtime = new ShaderRuntime(gl, options.hooks);
    onTestFinished(() => this.runtime.dispose(true));
  }

  frame(state: Partial<FrameState> = {}): FrameState {
    return { time: 0, width: this.width, height: this.height, ...state };
  }

  /** Compiles, draws one frame, and reads it back from the bottom left. */
  show(source: string, state: Partial<FrameState> = {}, options: CompileOptions = {}): Uint8Array {
    const result = this.runtime.compile(source, options);
    if (!result.ok) throw new Error(JSON.stringify(result.errors));
    this.runtime.draw(this.frame(state));
    return this.read();
  }

  read(): Uint8Array {
    const { gl, width, height } = this;
    const pixels = new Uint8Array(width * height * 4);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    const error = gl.getError();
    if (error !== gl.NO_ERROR && !gl.isContextLost()) throw new Error(`GL error ${error}`);
    return pixels;
  }

  at(pixels: Uint8Array, x: number, y: number): Pixel {
    const i = (y * this.width + x) * 4;
    return [pixels[i] ?? 0, pixels[i + 1] ?? 0, pixels[i + 2] ?? 0, pixels[i + 3] ?? 0];
  }
}

/** The byte that a colour component from 0 to 1 becomes. */
export function byte(value: number): number {
  return Math.round(Math.min(Math.max(value, 0), 1) * 255);
}
