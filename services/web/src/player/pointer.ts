/**
 * Mouse and touch on a canvas, as shaders expect them: pixels of the picture from its lower left corner. Shadertoy's
 * mouse moves only while the button is down; that of the other dialects also without.
 */

import type { Mouse } from "../../runtime";

export class Pointer {
  /** Whether moving without a button counts. */
  hovers = false;
  enabled = true;
  /** Places as parts of the picture, so that its size may change. */
  private state: Mouse | null = null;
  private readonly listening = new AbortController();

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly moved: () => void,
  ) {
    const options = { signal: this.listening.signal };
    canvas.addEventListener("pointerdown", (event) => this.press(event), options);
    canvas.addEventListener("pointermove", (event) => this.move(event), options);
    for (const end of ["pointerup", "pointercancel"] as const) {
      canvas.addEventListener(end, () => this.release(), options);
    }
  }

  /** A frame with the press was shown: the press is over. */
  shown(): void {
    if (this.state?.clicked) this.state = { ...this.state, clicked: false };
  }

  /** In a picture of this size. */
  at(width: number, height: number): Mouse | null {
    const { state } = this;
    if (state === null) return null;
    const { x, y, pressX, pressY } = state;
    return { ...state, x: x * width, y: y * height, pressX: pressX * width, pressY: pressY * height };
  }

  /** As if nothing had been pressed yet. */
  reset(): void {
    this.state = null;
  }

  dispose(): void {
    this.listening.abort();
  }

  private press(event: PointerEvent): void {
    if (!this.enabled || event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    const [x, y] = this.place(event);
    this.state = { x, y, pressX: x, pressY: y, down: true, clicked: true };
    this.moved();
  }

  private move(event: PointerEvent): void {
    if (!this.enabled || !(this.hovers || this.state?.down)) return;
    const [x, y] = this.place(event);
    this.state = { pressX: 0, pressY: 0, down: false, clicked: false, ...this.state, x, y };
    this.moved();
  }

  private release(): void {
    if (this.state?.down !== true) return;
    this.state = { ...this.state, down: false, clicked: false };
    this.moved();
  }

  private place(event: PointerEvent): [number, number] {
    const box = this.canvas.getBoundingClientRect();
    const x = (event.clientX - box.left) / Math.max(box.width, 1);
    const y = 1 - (event.clientY - box.top) / Math.max(box.height, 1);
    return [clamp(x), clamp(y)];
  }
}

function clamp(part: number): number {
  return Math.min(Math.max(part, 0), 1);
}
