/** The theme: the system's unless the visitor chose one. */

import { keepChoice } from "./cookie";

export type Theme = "system" | "dark" | "light";

export function theme(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === "dark" || chosen === "light" ? chosen : "system";
}

export function chooseTheme(chosen: Theme): void {
  if (chosen === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
  keepChoice("theme", chosen === "system" ? null : chosen);
}
