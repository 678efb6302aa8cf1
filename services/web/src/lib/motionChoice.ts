/** Motion: as the system says unless the visitor chose. `asksForStill` is what the rest of the site goes by. */

import { choiceOf, keepChoice } from "./choice";

export type Motion = "system" | "still" | "moving";

const REDUCED = window.matchMedia("(prefers-reduced-motion: reduce)");
const listeners = new Set<() => void>();

export function motionChoice(): Motion {
  return choiceOf("motion", ["still", "moving"]);
}

export function chooseMotion(chosen: Motion): void {
  keepChoice("motion", chosen);
  for (const changed of listeners) changed();
}

export function asksForStill(): boolean {
  const chosen = motionChoice();
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
