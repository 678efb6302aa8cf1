/** Lists of works as the API pages them. */

import type { InfiniteData } from "@tanstack/react-query";
import type { components } from "../api/schema";

export type Work = components["schemas"]["ShaderSummary"];
export type WorkPage = components["schemas"]["Page_ShaderSummary_"];
export type WorkPages = InfiniteData<WorkPage, string | null>;

export const PAGE_SIZE = 24;

export function nextCursor(page: WorkPage): string | null {
  return page.next_cursor ?? null;
}

/** Each work once: a list that changes while it is read may name one on two pages. */
export function distinctPages(pages: readonly WorkPage[]): Work[][] {
  const known = new Set<string>();
  return pages.map(({ items }) => items.filter(({ id }) => !known.has(id) && known.add(id)));
}
