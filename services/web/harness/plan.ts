/** How many frames of what size a preview gets, so that it fits its budget. */

import type { Size } from "./stage";

export interface Plan extends Size {
  readonly frames: number;
  /** Frames drawn for each one that is kept; more than one only where a shader builds on its last frame. */
  readonly steps: number;
}

/** First fewer frames, then fewer pixels: a loop of 6 frames a second still shows what moves. */
const LADDER: readonly (readonly [share: number, scale: number])[] = [
  [1, 1],
  [2 / 3, 1],
  [1 / 2, 1],
  [1 / 2, 3 / 4],
  [1 / 3, 3 / 4],
  [1 / 3, 1 / 2],
];
const LEAST_FRAMES = 8;

/** Null where not even the smallest preview fits. `frameMs` is what one frame of the full size takes. */
export function plan(wanted: Plan, frameMs: number, budgetMs: number): Plan | null {
  for (const steps of wanted.steps > 1 ? [wanted.steps, 1] : [1]) {
    for (const [share, scale] of LADDER) {
      const frames = Math.max(LEAST_FRAMES, Math.round(wanted.frames * share));
      if (frames * steps * frameMs * scale * scale <= budgetMs) {
        return { width: even(wanted.width * scale), height: even(wanted.height * scale), frames, steps };
      }
    }
  }
  return null;
}

function even(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}
