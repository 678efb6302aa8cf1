/**
 * Works that flash show their still until the visitor asks: for one of them until the page is left, or for all by a
 * preference of this browser.
 */

import { preference, setPreference } from "./preference";

export type Flashing = "system" | "play";

export interface MayFlash {
  readonly id: string;
  /** Null where that is not known. */
  readonly flashes?: boolean | null;
}

export const FLASHES = "This work flashes.";
export const PLAY_ANYWAY = "Play it anyway";

const asked = new Set<string>();
const listeners = new Set<() => void>();

export function flashingPreference(): Flashing {
  return preference("flashes", ["play"]);
}

export function setFlashing(chosen: Flashing): void {
  setPreference("flashes", chosen);
  tell();
}

/** The visitor wants to see this one move. */
export function playAnyway(id: string): void {
  if (asked.has(id)) return;
  asked.add(id);
  tell();
}

/** Whether only the still of this work may be shown. */
export function asksFirst({ id, flashes }: MayFlash): boolean {
  return flashes === true && !asked.has(id) && flashingPreference() !== "play";
}

export function onFlashingChange(changed: () => void): () => void {
  listeners.add(changed);
  return () => listeners.delete(changed);
}

function tell(): void {
  for (const changed of listeners) changed();
}
