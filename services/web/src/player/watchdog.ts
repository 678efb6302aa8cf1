/**
 * Keeps a heavy shader from blocking the machine: it decides the resolution from measured frame times, and when drawing
 * has to stop. Pure logic: call `judge` after each frame and `fitting` before the first.
 */

/** Divisors of the resolution. */
export const DIVIDERS = [1, 2, 3, 4, 6, 8] as const;
/** The smallest picture that still shows what it is of. */
const LEAST_WIDTH = 160;
/** A frame slower than this makes the picture coarser. */
export const SLOW_MS = 100;
/** A frame slower than this at the coarsest picture stops it. */
export const HEAVY_MS = 500;

/** An estimated frame time above this stops a shader before it is shown. */
const HOPELESS_MS = 1000;
/** A machine that takes this part of a frame's time for nothing at all is busy elsewhere. */
const BUSY_PART = 0.4;

/** What a coarser picture should come down to, so that the next frame is not at the limit again. */
const AIM_MS = 60;
const EASY_MS = 30;
const EASY_FRAMES = 45;
const MOST_RETURNS = 2;
const WINDOW = 3;

export type Verdict = { readonly do: "go on" | "stop" } | { readonly do: "divide"; readonly by: number };

const GO_ON: Verdict = { do: "go on" };

export class Watchdog {
  private recent: number[] = [];
  private easy = 0;
  private returns = 0;

  /** A new shader, size or wish: what was measured no longer counts. */
  reset(): void {
    this.recent = [];
    this.easy = 0;
    this.returns = 0;
  }

  /** The last frames were slow for another reason. */
  forget(): void {
    this.recent = [];
  }

  /** `finest` is the divider that the viewer asked for, `coarsest` the last resort. */
  judge(ms: number, divider: number, finest: number, coarsest: number): Verdict {
    this.recent = [...this.recent.slice(1 - WINDOW), ms];
    // One late frame is a hiccup of the machine. One that took as long as many is answered at once by a coarser picture,
    // and by a stop only with a second one.
    const needed = divider < coarsest ? 1 : 2;
    const long = this.recent.slice(-needed).filter((one) => one > 2 * HEAVY_MS);
    const typical = long.length === needed ? ms : this.recent.length < WINDOW ? 0 : median(this.recent);
    if (typical > HEAVY_MS && divider >= coarsest) return { do: "stop" };
    if (typical > SLOW_MS && divider < coarsest) return this.change(coarser(typical, divider, coarsest));
    const finer = DIVIDERS.find((one) => one >= finest && one < divider && cost(ms, divider, one) < EASY_MS);
    this.easy = finer === undefined ? 0 : this.easy + 1;
    if (finer === undefined || this.easy < EASY_FRAMES || this.returns >= MOST_RETURNS) return GO_ON;
    this.returns += 1;
    return this.change(finer);
  }

  private change(by: number): Verdict {
    this.forget();
    this.easy = 0;
    return { do: "divide", by };
  }
}

/** The last resort for a picture of this width: the coarsest divider that still shows something. */
export function coarsestFor(width: number, finest: number): number {
  return Math.max(finest, DIVIDERS.findLast((one) => width / one >= LEAST_WIDTH) ?? 1);
}

/** The finest divider at which a frame will likely be quick enough, from one at `divider` that took `ms`; null where none is. */
export function fitting(ms: number, divider: number, finest: number, coarsest: number): number | null {
  const found = DIVIDERS.find((one) => one >= finest && one <= coarsest && cost(ms, divider, one) <= SLOW_MS);
  if (found !== undefined) return found;
  return cost(ms, divider, coarsest) > HOPELESS_MS ? null : coarsest;
}

/** Whether a slow frame is the machine's fault and not the shader's. */
export function isBusy(frameMs: number, idleMs: number): boolean {
  return idleMs > BUSY_PART * frameMs;
}

/** What a lost context says about a shader: whether it was at work for so long that it is the likely cause. */
export function isSuspect(workingMs: number, losses: number): boolean {
  return losses >= 2 || workingMs > HEAVY_MS;
}

function coarser(ms: number, divider: number, coarsest: number): number {
  const found = DIVIDERS.find((one) => one > divider && cost(ms, divider, one) <= AIM_MS);
  return Math.min(found ?? coarsest, coarsest);
}

/** Time goes with the number of pixels. */
function cost(ms: number, from: number, to: number): number {
  return ms * (from / to) ** 2;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
