/** The theme: the system's unless the visitor chose one. A cookie, so that the document comes in it from the first byte. */

export type Theme = "system" | "dark" | "light";

const YEAR_S = 31_536_000;

export function theme(): Theme {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === "dark" || chosen === "light" ? chosen : "system";
}

export function chooseTheme(chosen: Theme): void {
  if (chosen === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = chosen;
  const age = chosen === "system" ? 0 : YEAR_S;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in all browsers yet.
  document.cookie = `theme=${chosen}; path=/; max-age=${age}; samesite=lax`;
}
