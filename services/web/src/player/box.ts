/** The size of a canvas on the screen, in the pixels of the screen. */

/** More than two screen pixels to a CSS pixel cost a heavy shader much and show little. */
const MOST_DENSITY = 2;

export class Box {
  width = 0;
  height = 0;
  private readonly observer: ResizeObserver;

  constructor(canvas: HTMLCanvasElement, changed: () => void) {
    this.take(canvas.clientWidth * devicePixelRatio, canvas.clientHeight * devicePixelRatio);
    this.observer = new ResizeObserver(([entry]) => {
      const exact = entry?.devicePixelContentBoxSize?.[0];
      if (exact) this.take(exact.inlineSize, exact.blockSize);
      else this.take(canvas.clientWidth * devicePixelRatio, canvas.clientHeight * devicePixelRatio);
      changed();
    });
    try {
      this.observer.observe(canvas, { box: "device-pixel-content-box" });
    } catch {
      this.observer.observe(canvas);
    }
  }

  /** The size of the picture at a divider. */
  at(divider: number): { readonly width: number; readonly height: number } {
    return {
      width: Math.max(1, Math.round(this.width / divider)),
      height: Math.max(1, Math.round(this.height / divider)),
    };
  }

  dispose(): void {
    this.observer.disconnect();
  }

  private take(width: number, height: number): void {
    const scale = Math.min(1, MOST_DENSITY / devicePixelRatio);
    this.width = width * scale;
    this.height = height * scale;
  }
}
