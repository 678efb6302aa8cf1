/** Motion: the system's setting unless the visitor chose one. The rest of the site asks `reducesMotion`. */

import { preference, setPreference } from "./preference";

export type Motion = "system" | "still" | "moving";

const REDUCED = window.matchMedia("(prefers-reduced-motion: reduce)");
const listeners = new Set<() => void>();

export function motionPreference(): Motion {
  return preference("motion", ["still", "moving"]);
}

export function setMotion(chosen: Motion): void {
  setPreference("motion", chosen);
  for (const changed of listeners) changed();
}

export function reducesMotion(): boolean {
  const chosen = motionPreference();
  return chosen === "still" || (chosen === "system" && REDUCED.matches);
}

export function onMotionChange(changed: () => void): () => void {
  listeners.add(changed);
  REDUCED.addEventListener("change", changed);
  return () => {
    listeners.delete(changed);
    REDUCED.removeEventListener("change", changed);
  };
}
