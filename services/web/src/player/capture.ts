/** An offscreen framebuffer: to try a shader out before it is shown, and to read its pixels. */

export class Target {
  private readonly texture: WebGLTexture | null;
  readonly framebuffer: WebGLFramebuffer | null;

  constructor(
    private readonly gl: WebGL2RenderingContext,
    readonly width: number,
    readonly height: number,
  ) {
    this.texture = gl.createTexture();
    // The runtime keeps units 0 and 1 for itself.
    gl.activeTexture(gl.TEXTURE7);
    gl.bindTexture(gl.TEXTURE_2D, this.texture);
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, width, height);
    gl.bindTexture(gl.TEXTURE_2D, null);
    this.framebuffer = gl.createFramebuffer();
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, this.texture, 0);
  }

  /** Rows from the top, as pictures have them. */
  read(): ImageData {
    const { gl, width, height } = this;
    const rows = new Uint8ClampedArray(width * height * 4);
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, rows);
    const turned = new ImageData(width, height);
    const bytes = width * 4;
    for (let y = 0; y < height; y++) {
      turned.data.set(rows.subarray((height - 1 - y) * bytes, (height - y) * bytes), y * bytes);
    }
    return turned;
  }

  dispose(): void {
    this.gl.deleteFramebuffer(this.framebuffer);
    this.gl.deleteTexture(this.texture);
  }
}

/** A PNG with exactly these pixels. */
export async function png(pixels: ImageData): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  canvas.getContext("2d")?.putImageData(pixels, 0, 0);
  return await pngOf(canvas);
}

export async function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("The browser made no picture of this size.");
  return blob;
}
