/** Motion: as the system says unless the visitor chose. `asksForStill` is what the rest of the site goes by. */

import { keepChoice } from "./cookie";

export type Motion = "system" | "still" | "moving";

const REDUCED = window.matchMedia("(prefers-reduced-motion: reduce)");
const listeners = new Set<() => void>();

export function motionChoice(): Motion {
  const chosen = document.documentElement.dataset["motion"];
  return chosen === "still" || chosen === "moving" ? chosen : "system";
}

export function chooseMotion(chosen: Motion): void {
  if (chosen === "system") delete document.documentElement.dataset["motion"];
  else document.documentElement.dataset["motion"] = chosen;
  keepChoice("motion", chosen === "system" ? null : chosen);
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
