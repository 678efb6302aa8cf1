/** What was pasted is kept for this tab while a sign-in comes between; it holds nothing else. */

const NAME = "fractafrag.import";

export function keptText(): string {
  try {
    return sessionStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

export function keepText(text: string): void {
  try {
    sessionStorage.removeItem(NAME);
    if (text !== "") sessionStorage.setItem(NAME, text);
  } catch {
    // Too long for it, or closed to the site: then it is on the page only.
  }
}
