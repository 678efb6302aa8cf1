/**
 * What a program costs, fairly: a slow trial is no proof while the machine is slow with nothing to draw, and one alone
 * may have been a hiccup. Pure logic over a `Probe`.
 */

import { isBusy } from "./watchdog";

/** Pixels of the first picture that a shader is tried out with; each further one has four times as many. */
const FIRST_PIXELS = 2000;
/** The last one has this part of the real picture's pixels; from there to the real one it is not far. */
const LAST_PART = 1 / 16;
/** A trial as slow as this tells enough; the next one would be four times slower. */
const TELLING_MS = 60;
/** After a trial this slow the next one is of half the sides, so that nobody waits as long again. */
const LONG_MS = 1000;
/** So many slow trials on a machine that had the time are believed. */
const BELIEVED = 2;
/** So many trials on a busy machine say nothing, and no further one would. */
const MOST_DOUBTS = 5;
const FIRST_PAUSE_MS = 100;

/** What a trial took beyond what nothing takes, and how many times smaller than the real picture its sides were. */
export interface Trial {
  readonly ms: number;
  readonly divider: number;
  /** The machine was too busy to tell. */
  readonly isDoubtful: boolean;
}

/** Milliseconds, or null where the context is lost. */
export interface Probe {
  /** Draws a picture that is so many times smaller. */
  time(divider: number): Promise<number | null>;
  /** Draws as good as nothing. */
  idle(): Promise<number | null>;
  rest(ms: number): Promise<void>;
}

/** Trials of ever larger pictures, until one tells enough; null where the context is lost or nobody wants to know. */
export async function tryOut(
  probe: Probe,
  size: { readonly width: number; readonly height: number },
  signal: AbortSignal,
): Promise<Trial | null> {
  const idle = await probe.idle();
  let trial: Trial | null = null;
  for (const divider of dividersFor(size.width * size.height)) {
    if (idle === null || signal.aborted) return null;
    trial = await tryFairly(probe, divider, signal);
    if (trial === null || trial.ms > TELLING_MS) break;
  }
  return trial && { ...trial, ms: Math.max(0, trial.ms - (idle ?? 0)) };
}

async function tryFairly(probe: Probe, first: number, signal: AbortSignal): Promise<Trial | null> {
  let divider = first;
  let best: Trial | null = null;
  let doubts = 0;
  for (let slow = 0; slow < BELIEVED; ) {
    const ms = signal.aborted ? null : await probe.time(divider);
    if (ms === null) return null;
    if (best === null || costOf(ms, divider) < costOf(best.ms, best.divider)) best = { ms, divider, isDoubtful: false };
    if (ms <= TELLING_MS) return best;
    const idle = await probe.idle();
    if (idle === null) return null;
    if (!isBusy(ms, idle)) slow += 1;
    else if (++doubts === MOST_DOUBTS) return { ...best, isDoubtful: true };
    else await probe.rest(FIRST_PAUSE_MS * 2 ** (doubts - 1));
    if (ms >= LONG_MS) divider = 2 * first;
  }
  return best;
}

/** Time goes with the number of pixels. */
function costOf(ms: number, divider: number): number {
  return ms * divider ** 2;
}

function dividersFor(pixels: number): number[] {
  const dividers = [];
  for (let one = FIRST_PIXELS; one < pixels * LAST_PART; one *= 4) dividers.push(Math.sqrt(pixels / one));
  return [...dividers, 1 / Math.sqrt(LAST_PART)];
}
