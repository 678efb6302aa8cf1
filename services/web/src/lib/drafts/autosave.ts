/**
 * Saves a draft in the browser while it is edited: 250 ms after the last change, at the latest a second after the first, and at once
 * when the page is hidden or left. A draft in which nothing is unfinished any more is taken out of the store.
 */

import { newId } from "../../api/newId";
import { type Draft, isUnfinished } from "./draft";
import type { DraftStore } from "./store";

const WAIT_MS = 250;
const LATEST_MS = 1000;
const CHANNEL = "fractafrag.drafts";

export interface AutosaveHooks {
  readonly onSaved: (at: number) => void;
  /** The browser refused to store it, for example because the disk is full. */
  readonly onFailed: () => void;
  /** Another tab owns the draft now; this one goes on under a new id. */
  readonly onMoved: (id: string) => void;
}

export class Autosave {
  private pending: Draft | null = null;
  private since = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private writing: Promise<void> = Promise.resolve();
  private readonly moved = new Map<string, string>();
  private readonly listening = new AbortController();
  private readonly channel = new BroadcastChannel(CHANNEL);

  constructor(
    private readonly store: DraftStore,
    private readonly hooks: AutosaveHooks,
  ) {
    const { signal } = this.listening;
    const now = () => void this.flush();
    document.addEventListener("visibilitychange", now, { signal });
    window.addEventListener("pagehide", now, { signal });
  }

  change(draft: Draft): void {
    const now = performance.now();
    if (this.pending === null) this.since = now;
    this.pending = draft;
    clearTimeout(this.timer);
    const wait = Math.min(WAIT_MS, Math.max(0, this.since + LATEST_MS - now));
    this.timer = setTimeout(() => void this.flush(), wait);
  }

  /** Resolves when every change is saved. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    const draft = this.pending;
    this.pending = null;
    if (draft !== null) this.writing = this.writing.then(() => this.write(draft));
    return this.writing;
  }

  async close(): Promise<void> {
    this.listening.abort();
    await this.flush();
    this.channel.close();
  }

  private async write(changed: Draft): Promise<void> {
    const draft = { ...changed, id: this.moved.get(changed.id) ?? changed.id };
    try {
      if (!isUnfinished(draft)) await this.store.remove(draft.id, draft.tab);
      else if (!(await this.store.write(draft))) await this.move(draft);
      this.hooks.onSaved(draft.updatedAt);
      this.channel.postMessage(draft.id);
    } catch {
      this.hooks.onFailed();
    }
  }

  private async move(draft: Draft): Promise<void> {
    const moved = { ...draft, id: newId() };
    this.moved.set(draft.id, moved.id);
    await this.store.write(moved);
    this.hooks.onMoved(moved.id);
  }
}

/** Calls back when another tab has saved or discarded a draft. */
export function onDraftsChanged(changed: () => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.addEventListener("message", changed);
  return () => channel.close();
}
