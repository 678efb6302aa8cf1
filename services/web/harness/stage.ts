/**
 * One WebGL2 context with one shader in it, drawn off screen in strips.
 *
 * Nothing here trusts the GPU process to be alive: WebGL calls do nothing and say nothing when it has died. `alive`
 * asks for a colour that was never used before and must come back; a result counts only when `alive` is true after it.
 */

import { type CompileOptions, type CompileResult, type FrameState, ShaderRuntime, validate } from "../runtime";

export interface Size {
  readonly width: number;
  readonly height: number;
}

const CONTEXT: WebGLContextAttributes = { alpha: false, antialias: false, depth: false, stencil: false };
/** Strips are sized to take about this long, in milliseconds: the deadline is looked at between two of them. */
const STRIP_MS = 40;
/** Where nothing is known of a shader. All strips begin on a multiple of four rows: llvmpipe draws blocks of four. */
const FIRST_ROWS = 8;
const BLOCK = 4;

export class Stage {
  private runtime: ShaderRuntime;
  private target: WebGLFramebuffer | null = null;
  private texture: WebGLTexture | null = null;
  private size: Size = { width: 0, height: 0 };
  private readonly pixel = new Uint8Array(4);
  private sentinel: WebGLFramebuffer | null = null;
  /** Milliseconds that a pixel takes, as far as is known. */
  private pace: number | null = null;
  /** Milliseconds that the last frame took, or the present one so far. */
  spent = 0;

  private constructor(private readonly gl: WebGL2RenderingContext) {
    this.runtime = new ShaderRuntime(gl);
  }

  /** Null where there is no WebGL2, for now or for good. */
  static create(): Stage | null {
    const canvas = new OffscreenCanvas(1, 1);
    // The runtime would have a lost context restored and compile its shader again; here it is what killed the GPU process.
    canvas.addEventListener("webglcontextlost", (event) => event.stopImmediatePropagation());
    const gl = canvas.getContext("webgl2", CONTEXT);
    return gl === null || gl.isContextLost() ? null : new Stage(gl);
  }

  get renderer(): string {
    const info = this.gl.getExtension("WEBGL_debug_renderer_info");
    return String(this.gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? this.gl.RENDERER) ?? "");
  }

  /** Finds the compiler's errors, and links nothing. */
  validate(source: string, options: CompileOptions): CompileResult {
    return validate(this.gl, source, options);
  }

  compile(source: string, options: CompileOptions): CompileResult {
    this.pace = null;
    return this.runtime.compile(source, options);
  }

  /**
   * Has the driver translate the shader for this size without running it: an empty strip is drawn. Endless loops are
   * not entered, so what takes long here is translation. False where WebGL refuses to draw it, which it does silently.
   */
  warm(frame: FrameState): boolean {
    const { gl } = this;
    this.runtime.beginFrame(frame, this.targetOf(frame));
    while (gl.getError() !== gl.NO_ERROR && !gl.isContextLost());
    this.runtime.drawTile(0, 0);
    this.wait();
    return gl.getError() === gl.NO_ERROR;
  }

  /** Draws a frame. `between` is asked between strips and may stop the drawing by false, which is then the result. */
  draw(frame: FrameState, between: () => boolean = () => true): boolean {
    const { width, height } = frame;
    this.spent = 0;
    this.runtime.beginFrame(frame, this.targetOf(frame));
    let rows = this.rows(width, height);
    for (let y = 0; y < height; ) {
      if (!between()) return false;
      const started = performance.now();
      const strip = Math.min(rows, height - y);
      this.runtime.drawTile(y, strip);
      this.wait();
      const took = performance.now() - started;
      this.spent += took;
      this.pace = took / (strip * width);
      y += strip;
      rows = this.rows(width, strip * 8);
    }
    this.runtime.endFrame();
    return true;
  }

  /** Copies the frame that was drawn last into `bytes`. */
  read({ width, height }: Size, bytes: Uint8Array): void {
    const { gl } = this;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.target);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
  }

  /** A shader that knows only where it is, and not in how large a picture, is given places in one of `grid` pixels. */
  scale({ width, grid }: { readonly width: number; readonly grid: number | null }): number {
    return grid === null || this.runtime.knowsSize ? 1 : grid / width;
  }

  resetFeedback(): void {
    this.runtime.resetFeedback();
  }

  /** Begins anew in the same context, which takes a fraction of what another one does; nothing of before is left. */
  renew(): void {
    this.runtime.dispose();
    this.freeTarget();
    this.runtime = new ShaderRuntime(this.gl);
    this.pace = null;
  }

  get lost(): boolean {
    return this.gl.isContextLost();
  }

  /** Whether the GPU process has answered for everything up to here. */
  alive(): boolean {
    const { gl } = this;
    const drawn = crypto.getRandomValues(new Uint8Array(3));
    this.sentinel ??= onePixel(gl);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.sentinel);
    const [r = 0, g = 0, b = 0] = drawn;
    gl.disable(gl.SCISSOR_TEST);
    gl.colorMask(true, true, true, true);
    gl.clearColor(r / 255, g / 255, b / 255, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const answer = new Uint8Array(4);
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, answer);
    return !gl.isContextLost() && drawn.every((value, index) => value === answer[index]) && answer[3] === 255;
  }

  /** Frees the context at once; a page may hold sixteen, and collection comes late. */
  dispose(): void {
    this.runtime.dispose(true);
  }

  private rows(width: number, most: number): number {
    if (this.pace === null) return FIRST_ROWS;
    const fitting = Math.floor(STRIP_MS / Math.max(this.pace * width, 1e-6) / BLOCK) * BLOCK;
    return Math.max(BLOCK, Math.min(fitting, most));
  }

  /** A target that is large enough; smaller frames use its lower left part. */
  private targetOf({ width, height }: Size): WebGLFramebuffer | null {
    const { gl } = this;
    if (this.target !== null && this.size.width >= width && this.size.height >= height) return this.target;
    this.freeTarget();
    this.texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE7);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, width, height);
    this.target = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.target);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.texture, 0);
    this.size = { width, height };
    return this.target;
  }

  private freeTarget(): void {
    this.gl.deleteFramebuffer(this.target);
    this.gl.deleteTexture(this.texture);
    this.target = null;
    this.texture = null;
    this.size = { width: 0, height: 0 };
  }

  /** Reading a pixel is the only wait that WebGL has. */
  private wait(): void {
    const { gl } = this;
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, this.pixel);
  }
}

function onePixel(gl: WebGL2RenderingContext): WebGLFramebuffer | null {
  const buffer = gl.createRenderbuffer();
  const framebuffer = gl.createFramebuffer();
  gl.bindRenderbuffer(gl.RENDERBUFFER, buffer);
  gl.renderbufferStorage(gl.RENDERBUFFER, gl.RGBA8, 1, 1);
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.RENDERBUFFER, buffer);
  return framebuffer;
}
