/** The observable state of a player. */

export type PlayerStatus = "empty" | "compiling" | "playing" | "paused" | "failed" | "heavy" | "lost";

export interface PlayerView {
  /** `failed`: there is no picture. With a picture from before, errors leave the status as it is. */
  readonly status: PlayerStatus;
  readonly time: number;
  /** 0 until the first picture of the shader is on the canvas. */
  readonly frame: number;
  readonly fps: number;
  /** Milliseconds that the GPU takes for a frame. */
  readonly frameMs: number;
  /** The divisor of the resolution: the one that was set, or a larger one where the shader is heavy. */
  readonly divider: number;
  readonly speed: number;
  readonly animated: boolean;
  /** Why there is no moving picture, in a sentence. */
  readonly message: string | null;
}

export const EMPTY_VIEW: PlayerView = {
  status: "empty",
  time: 0,
  frame: 0,
  fps: 0,
  frameMs: 0,
  divider: 1,
  speed: 1,
  animated: false,
  message: null,
};

const TELL_MS = 100;

/** The current state. Listeners are called ten times a second for numbers, at once for all else. */
export class ViewState {
  now: PlayerView = EMPTY_VIEW;
  private readonly listeners = new Set<() => void>();
  private toldAt = 0;

  subscribe(changed: () => void): () => void {
    this.listeners.add(changed);
    return () => this.listeners.delete(changed);
  }

  set(change: Partial<PlayerView>): void {
    this.now = { ...this.now, ...change };
    this.toldAt = performance.now();
    for (const listener of this.listeners) listener();
  }

  /** As `set`, but may wait; `urgent` where a first frame is in it. */
  drift(change: Partial<PlayerView>, urgent: boolean): void {
    if (urgent || performance.now() - this.toldAt >= TELL_MS) this.set(change);
  }
}
