/**
 * The events that the feed learns from: impressions of cards, and dwells. They are sent in batches. Nothing is collected
 * of visitors, or where the browser asks not to be tracked.
 */

import { accessToken, useSession } from "../api/session";
import { asksNotToBeTracked, EventQueue, type FeedEvent } from "./eventQueue";

const EVERY_MS = 10_000;
const log = new EventQueue();
let timer: ReturnType<typeof setTimeout> | null = null;

/** A card was half in view for a second; `position` is its place in the feed. */
export function recordImpression(shaderId: string, position: number): void {
  record({ shader_id: shaderId, kind: "impression", position });
}

export function recordDwell(shaderId: string, milliseconds: number): void {
  record({ shader_id: shaderId, kind: "dwell", dwell_ms: Math.round(milliseconds) });
}

function record(event: FeedEvent): void {
  if (useSession.getState().status !== "signed-in" || asksNotToBeTracked(navigator)) return;
  log.add(event);
  if (log.isFull) void send();
  else timer ??= setTimeout(() => void send(), EVERY_MS);
}

async function send(): Promise<void> {
  if (timer !== null) clearTimeout(timer);
  timer = null;
  const events = log.take();
  if (events.length === 0) return;
  const response = await post(events).catch(() => null);
  // Without a response, or where a retry may help, the events wait for the next batch.
  if (response === null || response.status === 429 || response.status >= 500) log.putBack(events);
}

/** Not through the typed client: this is sent while the page unloads, which needs `keepalive`. */
async function post(events: readonly FeedEvent[]): Promise<Response | null> {
  const token = await accessToken();
  if (token === null) return new Response(null, { status: 401 });
  const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
  return fetch("/api/v1/feed/events", {
    method: "POST",
    headers,
    body: JSON.stringify({ events }),
    keepalive: true,
  });
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") void send();
});
window.addEventListener("pagehide", () => void send());
