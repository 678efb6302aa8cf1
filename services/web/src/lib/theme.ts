/** The theme: the system's unless the visitor chose one. */

import { preference, setPreference } from "./preference";

export type Theme = "system" | "dark" | "light";
export const THEMES: Record<Theme, string> = { system: "System theme", dark: "Dark", light: "Light" };

export function theme(): Theme {
  return preference("theme", ["dark", "light"]);
}

export function setTheme(chosen: Theme): void {
  setPreference("theme", chosen);
}
