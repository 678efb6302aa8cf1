/**
 * The end of a step, which the renderer may put off: on a busy machine a shader gets less of the processors than its
 * limit means, and only the renderer knows how much.
 */
export class Deadline {
  /** The time was over, or would not have sufficed. */
  over = false;
  private end: number;
  private readonly last: number;

  constructor(
    /** What the step may cost. */
    readonly seconds: number,
    /** Gives the seconds for which to go on; 0 to stop. */
    private readonly more: () => number,
    /** What it may take, however busy the machine is. */
    most = Number.POSITIVE_INFINITY,
  ) {
    this.end = performance.now() + seconds * 1000;
    this.last = performance.now() + most * 1000;
  }

  /** Milliseconds until it is looked at again. */
  get left(): number {
    return this.end - performance.now();
  }

  passed(): boolean {
    if (this.over || this.left > 0) return this.over;
    const seconds = this.more();
    this.end = performance.now() + seconds * 1000;
    this.over = seconds <= 0;
    return this.over;
  }

  /** Whether there are so many milliseconds at all; it is over where there are not. */
  allows(ms: number): boolean {
    this.over ||= performance.now() + ms > this.last;
    return !this.over;
  }
}

/** Seconds for which the page may go on, now that its time is over. */
export function askForMore(): number {
  return ask("more") ?? 0;
}

/** Seconds that the step counts against its limit so far; those of the clock where nobody knows. */
export function askForSpent(): number {
  return ask("spent") ?? performance.now() / 1000;
}

/** Asks the server of the page. It blocks, as drawing does: the page has nothing else to do. */
function ask(what: string): number | null {
  const request = new XMLHttpRequest();
  request.open("GET", what, false);
  try {
    request.send();
  } catch {
    return null;
  }
  const answer = request.status === 200 ? Number.parseFloat(request.responseText) : Number.NaN;
  return Number.isNaN(answer) ? null : answer;
}
