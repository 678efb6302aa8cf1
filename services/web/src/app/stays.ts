/** For an address that changes under a page that stays: scroll and focus are left alone. `navigate(to, { state: STAYS })`. */

export const STAYS = { stays: true };

export function stays(state: unknown): boolean {
  return typeof state === "object" && state !== null && "stays" in state;
}
