/**
 * What the visitor chose for this browser against what the system says: an attribute of the document, which the styles
 * go by, and a cookie, so that the next document comes with the attribute from its first byte.
 */

const YEAR_S = 31_536_000;

export function choiceOf<T extends string>(name: "theme" | "motion", known: readonly T[]): T | "system" {
  const chosen = document.documentElement.dataset[name];
  return known.find((one) => one === chosen) ?? "system";
}

export function keepChoice(name: "theme" | "motion", chosen: string): void {
  const { dataset } = document.documentElement;
  if (chosen === "system") delete dataset[name];
  else dataset[name] = chosen;
  const kept = chosen === "system" ? "; max-age=0" : `${chosen}; max-age=${YEAR_S}`;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in all browsers yet.
  document.cookie = `${name}=${kept}; path=/; samesite=lax`;
}
