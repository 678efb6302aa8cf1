/**
 * The frame before, for shaders that read `backbuffer`: two RGBA8 buffers that take turns. Eight bits, nearest
 * filter and clamped edges are what GLSL Sandbox has, and automata written for it count on the rounding.
 */

import { discardProgram, startProgram } from "./program";

const COPY = {
  vertex: `#version 300 es
in vec2 ff_position;
void main() { gl_Position = vec4(ff_position, 0.0, 1.0); }
`,
  fragment: `#version 300 es
precision highp float;
uniform sampler2D ff_frame;
out vec4 ff_color;
void main() { ff_color = texelFetch(ff_frame, ivec2(gl_FragCoord.xy), 0); }
`,
  own: "ff_",
};

interface Buffer {
  readonly texture: WebGLTexture | null;
  readonly framebuffer: WebGLFramebuffer | null;
}

export class Feedback {
  private buffers: readonly [Buffer, Buffer] | null = null;
  private copy: ReturnType<typeof startProgram> = null;
  private width = 0;
  private height = 0;
  /** Which buffer holds the frame before. */
  private before: 0 | 1 = 0;

  constructor(private readonly gl: WebGL2RenderingContext) {}

  /** Binds the frame before as texture 0 and the other buffer as the target; a new size starts from black. */
  begin(width: number, height: number): void {
    const { gl } = this;
    if (this.buffers === null || width !== this.width || height !== this.height) {
      this.free();
      this.buffers = [buffer(gl, width, height), buffer(gl, width, height)];
      this.width = width;
      this.height = height;
      this.before = 0;
    }
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.buffers[this.before].texture);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.buffers[this.before === 0 ? 1 : 0].framebuffer);
  }

  /** Copies the frame that was drawn into the framebuffer that is bound, and makes it the frame before. */
  present(): void {
    const { gl } = this;
    if (this.buffers === null) return;
    this.before = this.before === 0 ? 1 : 0;
    this.copy ??= startProgram(gl, COPY);
    if (this.copy === null) return;
    gl.useProgram(this.copy.program);
    gl.activeTexture(gl.TEXTURE0);
    gl.bindTexture(gl.TEXTURE_2D, this.buffers[this.before].texture);
    gl.drawArrays(gl.TRIANGLES, 0, 3);
  }

  /** Makes the frame before black. */
  reset(): void {
    this.free();
  }

  dispose(): void {
    this.free();
    if (this.copy !== null) discardProgram(this.gl, this.copy);
    this.copy = null;
  }

  private free(): void {
    for (const { texture, framebuffer } of this.buffers ?? []) {
      this.gl.deleteTexture(texture);
      this.gl.deleteFramebuffer(framebuffer);
    }
    this.buffers = null;
  }
}

function buffer(gl: WebGL2RenderingContext, width: number, height: number): Buffer {
  const texture = gl.createTexture();
  gl.activeTexture(gl.TEXTURE0);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, width, height);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  const framebuffer = gl.createFramebuffer();
  gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
  gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
  return { texture, framebuffer };
}
