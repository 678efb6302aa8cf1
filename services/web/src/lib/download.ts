/** Puts a file among the visitor's downloads. */
export function download(content: Blob | string, name: string): void {
  const blob = typeof content === "string" ? new Blob([content], { type: "text/plain;charset=utf-8" }) : content;
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** A name that every system takes: titles may hold anything. */
export function fileName(name: string): string {
  return (
    name
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
      .replace(/[\u0000-\u001F\u007F<>:"/\\|?*]+/g, " ")
      .replace(/\s+/g, " ")
      .replace(/^[ .]+/, "")
      .trim()
      .slice(0, 100) || "untitled"
  );
}
