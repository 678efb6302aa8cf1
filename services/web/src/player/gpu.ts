/**
 * How long the GPU is at work. `requestAnimationFrame` only says when the page may draw; a fence says when a frame is
 * done, and until then no further frame is sent after it, so that a slow shader never fills the queue.
 */

const QUICK_POLLS = 20;
const QUICK_MS = 2;
const SLOW_MS = 12;

export class GpuMeter {
  private since: number[] = [];
  private doneAt = 0;
  /** Fences of a context that was lost are never done. */
  private life = 0;

  constructor(private readonly gl: WebGL2RenderingContext) {}

  /** Frames that were sent and are not done. */
  get pending(): number {
    return this.since.length;
  }

  /** Milliseconds for which the oldest frame has been at work. */
  get working(): number {
    return this.since[0] === undefined ? 0 : performance.now() - this.since[0];
  }

  /** Milliseconds that what was drawn since the last call keeps the GPU; null where the context was lost meanwhile. */
  async measure(): Promise<number | null> {
    const { gl } = this;
    const began = performance.now();
    const { life } = this;
    const fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    if (fence === null) return null;
    this.since.push(began);
    for (let poll = 0; life === this.life && !this.isDone(fence); poll++)
      await wait(poll < QUICK_POLLS ? QUICK_MS : SLOW_MS);
    if (life !== this.life || gl.isContextLost()) return null;
    this.since = this.since.filter((one) => one !== began);
    gl.deleteSync(fence);
    const now = performance.now();
    // A frame that waited for the one before is not charged with that.
    const ms = now - Math.max(began, this.doneAt);
    this.doneAt = now;
    return ms;
  }

  /** The context was lost, and with it all that was sent. */
  forget(): void {
    this.life += 1;
    this.since = [];
  }

  private isDone(fence: WebGLSync): boolean {
    const { gl } = this;
    return gl.isContextLost() || gl.getSyncParameter(fence, gl.SYNC_STATUS) === gl.SIGNALED;
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
