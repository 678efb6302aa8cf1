/** Frames per second and milliseconds per frame, smoothed. */

const SMOOTH = 0.2;

export class Pace {
  fps = 0;
  frameMs = 0;
  private drawnAt: number | null = null;

  drawn(now: number): void {
    if (this.drawnAt !== null) this.fps += SMOOTH * (1000 / Math.max(now - this.drawnAt, 1) - this.fps);
    this.drawnAt = now;
  }

  took(ms: number): void {
    this.frameMs += SMOOTH * (ms - this.frameMs);
  }

  /** Another shader or size, of which one frame took `ms`. */
  begin(ms: number): void {
    this.frameMs = ms;
    this.rest();
  }

  rest(): void {
    this.fps = 0;
    this.drawnAt = null;
  }
}
