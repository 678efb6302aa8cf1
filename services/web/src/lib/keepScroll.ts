/** For an address that changes under a page that stays: scroll and focus are left alone. `navigate(to, { state: KEEP_SCROLL })`. */

export const KEEP_SCROLL = { keepScroll: true };

export function keepsScroll(state: unknown): boolean {
  return typeof state === "object" && state !== null && "keepScroll" in state;
}
