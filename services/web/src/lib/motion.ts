/** Whether pictures may move by themselves: not with reduced motion, and not where data is to be saved. */

import { useSyncExternalStore } from "react";

const REDUCED = window.matchMedia("(prefers-reduced-motion: reduce)");

function subscribe(changed: () => void): () => void {
  REDUCED.addEventListener("change", changed);
  return () => REDUCED.removeEventListener("change", changed);
}

function savesData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  return connection?.saveData === true;
}

export function mayMove(): boolean {
  return !REDUCED.matches && !savesData();
}

export function useMayMove(): boolean {
  return useSyncExternalStore(subscribe, mayMove);
}
