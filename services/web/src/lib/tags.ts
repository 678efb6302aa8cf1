/** Tags as people write them, and in the form in which the API keeps them. */

/** What a person writes between commas. */
export function tagsIn(text: string): string[] {
  const parts = text.split(/[,;\n]+/).map((part) => part.trim().replace(/^#/, ""));
  return [...new Set(parts.filter((part) => part !== ""))];
}

export function plainTag(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-/, "")
    .slice(0, 40)
    .replace(/-$/, "");
}
