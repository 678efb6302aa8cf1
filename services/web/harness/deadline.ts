/**
 * The end of a step, which the renderer may put off: on a busy machine a shader gets less of the processors than its
 * limit means, and only the renderer knows how much.
 */
export class Deadline {
  private end: number;

  constructor(
    seconds: number,
    /** Gives the seconds for which to go on; 0 to stop. */
    private readonly more: () => number,
  ) {
    this.end = performance.now() + seconds * 1000;
  }

  /** Milliseconds until it is looked at again. */
  get left(): number {
    return this.end - performance.now();
  }

  passed(): boolean {
    if (this.left > 0) return false;
    const seconds = this.more();
    this.end = performance.now() + seconds * 1000;
    return seconds <= 0;
  }
}

/** Asks the server of the page. It blocks, as drawing does: the page has nothing else to do. */
export function askForMore(): number {
  const request = new XMLHttpRequest();
  request.open("GET", "more", false);
  try {
    request.send();
  } catch {
    return 0;
  }
  return request.status === 200 ? Number(request.responseText) || 0 : 0;
}
