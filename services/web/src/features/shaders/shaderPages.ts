/** Lists of shaders as the API pages them. */

import type { InfiniteData } from "@tanstack/react-query";
import type { components } from "../../api/schema";

export type Reason = components["schemas"]["Reason"];
/** A card; in a feed, with why it is there. */
export type ShaderSummary = components["schemas"]["ShaderSummary"] & { readonly reasons?: readonly Reason[] };
export interface SummaryPage {
  readonly items: readonly ShaderSummary[];
  readonly next_cursor?: string | null;
}
export type SummaryPages = InfiniteData<SummaryPage, string | null>;

export const PAGE_SIZE = 24;

/** Without duplicates: a list that changes while it is read may have a shader on two pages. */
export function distinctPages(pages: readonly SummaryPage[]): ShaderSummary[][] {
  const known = new Set<string>();
  return pages.map(({ items }) => items.filter(({ id }) => !known.has(id) && known.add(id)));
}
