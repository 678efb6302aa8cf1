/**
 * Server-sent events with the caller's token, which `EventSource` cannot send. `eventsOf` divides the text that came so
 * far; `watch` reads a stream until it ends and gives each event's data.
 */

import { apiError, unreachable } from "./problem";
import { accessToken } from "./session";

export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** The whole events in a text, and the rest of it that is not whole yet. */
export function eventsOf(text: string): { readonly events: ServerEvent[]; readonly rest: string } {
  const blocks = text.replace(/\r\n?/g, "\n").split("\n\n");
  const rest = blocks.pop() ?? "";
  return { rest, events: blocks.map(eventOf).filter((event) => event !== null) };
}

function eventOf(block: string): ServerEvent | null {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const [, field, value] = /^(event|data): ?(.*)$/.exec(line) ?? [];
    if (field === "event" && value !== undefined) event = value;
    if (field === "data" && value !== undefined) data.push(value);
  }
  return data.length === 0 ? null : { event, data: data.join("\n") };
}

/** Throws `ApiError` where there is no stream. */
export async function watch(path: string, signal: AbortSignal, onEvent: (event: ServerEvent) => void): Promise<void> {
  const token = await accessToken();
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  const response = await fetch(path, { headers, signal }).catch((error: unknown) => {
    throw signal.aborted ? error : unreachable();
  });
  if (!response.ok || response.body === null) throw apiError(response, await response.json().catch(() => null));
  let text = "";
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const { events, rest } = eventsOf(text + part.value);
    text = rest;
    for (const event of events) onEvent(event);
  }
}
