/** Events of the feed on their way: one impression of a shader per visit, batches that the API takes, bounded while it does not. */

import type { components } from "../api/schema";

export type FeedEvent = Pick<components["schemas"]["FeedEventIn"], "shader_id" | "kind"> &
  Partial<components["schemas"]["FeedEventIn"]>;

const BATCH_SIZE = 100;
const FULL_SIZE = 50;
const CAPACITY = 300;
const SHORTEST_DWELL_MS = 1000;

export class EventQueue {
  #waiting: FeedEvent[] = [];
  readonly #seen = new Set<string>();

  add(event: FeedEvent): void {
    if (event.kind === "impression") {
      if (this.#seen.has(event.shader_id)) return;
      this.#seen.add(event.shader_id);
    } else if ((event.dwell_ms ?? 0) < SHORTEST_DWELL_MS) {
      return;
    }
    this.#waiting.push(event);
    this.#forgetOldest();
  }

  /** Enough for a batch of its own, before its time has come. */
  get isFull(): boolean {
    return this.#waiting.length >= FULL_SIZE;
  }

  /** The next batch; the caller puts it back where it could not be sent. */
  take(): FeedEvent[] {
    return this.#waiting.splice(0, BATCH_SIZE);
  }

  putBack(events: readonly FeedEvent[]): void {
    this.#waiting.unshift(...events);
    this.#forgetOldest();
  }

  #forgetOldest(): void {
    this.#waiting.splice(0, Math.max(0, this.#waiting.length - CAPACITY));
  }
}

interface Wishes {
  readonly doNotTrack?: string | null;
  readonly globalPrivacyControl?: boolean;
}

/** Do Not Track or Global Privacy Control. */
export function asksNotToBeTracked(wishes: Wishes): boolean {
  return wishes.doNotTrack === "1" || wishes.doNotTrack === "yes" || wishes.globalPrivacyControl === true;
}
