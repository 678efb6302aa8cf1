/** The theme: the system's unless the visitor chose one. */

import { choiceOf, keepChoice } from "./choice";

export type Theme = "system" | "dark" | "light";

export function theme(): Theme {
  return choiceOf("theme", ["dark", "light"]);
}

export function chooseTheme(chosen: Theme): void {
  keepChoice("theme", chosen);
}
