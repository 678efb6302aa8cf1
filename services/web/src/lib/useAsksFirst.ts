import { useSyncExternalStore } from "react";
import { asksFirst, type MayFlash, onFlashingChange } from "./flashes";

/** Whether only the still of this work may be shown, because it flashes and nobody has asked for more. */
export function useAsksFirst(work: MayFlash): boolean {
  return useSyncExternalStore(onFlashingChange, () => asksFirst(work));
}
