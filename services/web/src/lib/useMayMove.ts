/** Whether pictures may move by themselves: not with reduced motion or Save-Data. */

import { useSyncExternalStore } from "react";
import { onMotionChange, reducesMotion } from "./motion";

function savesData(): boolean {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  return connection?.saveData === true;
}

export function mayMove(): boolean {
  return !reducesMotion() && !savesData();
}

export function useMayMove(): boolean {
  return useSyncExternalStore(onMotionChange, mayMove);
}
