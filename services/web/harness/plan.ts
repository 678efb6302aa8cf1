/** How many frames of what size a preview gets, so that it fits its budget. */

import { askForSpent, type Deadline } from "./deadline";
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

/**
 * The same where a frame took `passedMs` by the clock, on a machine that may have been busy with something else. `spent`
 * gives the seconds that count; it is asked only where it matters.
 */
export function planFairly(wanted: Plan, passedMs: number, budgetMs: number, spent: () => number): Plan | null {
  const fits = timeOf(wanted, wanted, passedMs) <= budgetMs;
  return plan(wanted, fits ? passedMs : Math.min(passedMs, spent() * 1000), budgetMs);
}

/** Milliseconds that all frames of `chosen` take, where one of `wanted` takes `frameMs`. */
export function timeOf(chosen: Plan, wanted: Size, frameMs: number): number {
  const scale = (chosen.width * chosen.height) / (wanted.width * wanted.height);
  return chosen.frames * chosen.steps * frameMs * scale;
}

/**
 * How many frames fit into this share of what the step may cost, at least one: all of `wanted` where the clock says so
 * after one that took `passedMs`, else as many as the processors allow. `before` is what was spent before that one.
 */
export function affordable(
  wanted: number,
  passedMs: number,
  before: number,
  deadline: Deadline,
  share: number,
): number {
  if (wanted * passedMs <= share * deadline.left) return wanted;
  const spent = askForSpent();
  const left = share * (deadline.seconds - spent) * 1000;
  return Math.max(1, Math.floor(left / Math.max(Math.min(passedMs, (spent - before) * 1000), 0.1)));
}

function even(length: number): number {
  return Math.max(2, 2 * Math.round(length / 2));
}
