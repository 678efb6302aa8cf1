/** What the web process wrote into the document: the site's name and address, and answers of the API that the page needs at once. */

export interface Boot {
  readonly siteName: string;
  readonly publicUrl: string;
  /** For style elements that a library makes. */
  readonly nonce: string;
  /** Answers to `GET path` as an anonymous visitor gets them, by path with query. */
  readonly answers: Readonly<Record<string, unknown>>;
}

function read(): Boot {
  const text = document.getElementById("boot")?.textContent;
  const given: Partial<Boot> = text ? JSON.parse(text) : {};
  return { siteName: "Fractafrag", publicUrl: location.origin, nonce: "", answers: {}, ...given };
}

export const boot: Boot = read();
