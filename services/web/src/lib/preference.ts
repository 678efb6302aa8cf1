/**
 * The visitor's preferences of this browser, over the system's: an attribute of the document for the styles, and a cookie,
 * so that the next document has the attribute from its first byte.
 */

const YEAR_S = 31_536_000;

type Name = "theme" | "motion" | "flashes";

export function preference<T extends string>(name: Name, known: readonly T[]): T | "system" {
  const preferred = document.documentElement.dataset[name];
  return known.find((one) => one === preferred) ?? "system";
}

export function setPreference(name: Name, preferred: string): void {
  const { dataset } = document.documentElement;
  if (preferred === "system") delete dataset[name];
  else dataset[name] = preferred;
  const value = preferred === "system" ? "; max-age=0" : `${preferred}; max-age=${YEAR_S}`;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in all browsers yet.
  document.cookie = `${name}=${value}; path=/; samesite=lax`;
}
