/** The time of a shader: it advances with the frames, at a speed, and can be set. A long gap counts as a short one. */

const LONGEST_STEP_S = 1;
const FIRST_STEP_S = 1 / 60;

export class Clock {
  time = 0;
  /** Seconds since the frame before. */
  delta = FIRST_STEP_S;
  frame = 0;
  speed = 1;
  private last: number | null = null;

  /** Goes on to the frame at `now` (milliseconds). */
  advance(now: number): void {
    const passed = this.last === null ? 0 : Math.min((now - this.last) / 1000, LONGEST_STEP_S);
    this.delta = passed * this.speed || FIRST_STEP_S;
    this.time = Math.max(0, this.time + passed * this.speed);
    this.last = now;
  }

  /** The next frame follows without a step: after a pause or a hidden tab. */
  rest(): void {
    this.last = null;
    this.delta = FIRST_STEP_S;
  }

  seek(seconds: number): void {
    this.rest();
    this.time = Math.max(0, Number.isFinite(seconds) ? seconds : 0);
    // As the renderer counts, so that the same time is the same picture.
    this.frame = Math.round(this.time * 60);
  }
}

/** Year, month from 0, day, and the seconds since midnight. */
export function today(): readonly [number, number, number, number] {
  const now = new Date();
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  return [now.getFullYear(), now.getMonth(), now.getDate(), (now.getTime() - midnight) / 1000];
}
