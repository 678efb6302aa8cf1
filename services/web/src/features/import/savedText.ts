/** The pasted text, saved in this tab across a sign-in. */

const NAME = "fractafrag.import";

export function savedText(): string {
  try {
    return sessionStorage.getItem(NAME) ?? "";
  } catch {
    return "";
  }
}

export function saveText(text: string): void {
  try {
    sessionStorage.removeItem(NAME);
    if (text !== "") sessionStorage.setItem(NAME, text);
  } catch {
    // Too long for the storage, or no storage: then the text is on the page only.
  }
}
