/** What the visitor chose for this browser: cookies, so that the document comes in it from the first byte. */

const YEAR_S = 31_536_000;

export function keepChoice(name: "theme" | "motion", value: string | null): void {
  const age = value === null ? 0 : YEAR_S;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in all browsers yet.
  document.cookie = `${name}=${value ?? ""}; path=/; max-age=${age}; samesite=lax`;
}
