/** The three feeds. All pages of a feed stay cached, so that going back finds the place. */

import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, ok } from "../../api/client";
import { keys } from "../../api/keys";
import { BY_CURSOR } from "../../api/paging";
import { boot } from "../../lib/boot";
import { PAGE_SIZE, type SummaryPage, type SummaryPages } from "../shaders/shaderPages";

export type FeedKind = "trending" | "new" | "you";

const FIRST = `/api/v1/feed/trending?limit=${PAGE_SIZE}`;
const KEPT_MS = 60 * 60_000;
const PATHS = { trending: "/api/v1/feed/trending", new: "/api/v1/feed/new", you: "/api/v1/feed" } as const;

export function feedQuery(kind: FeedKind) {
  return infiniteQueryOptions({
    queryKey: keys.feed(kind),
    queryFn: ({ pageParam: cursor, signal }): Promise<SummaryPage> =>
      ok(api.GET(PATHS[kind], { params: { query: { limit: PAGE_SIZE, cursor } }, signal })),
    ...BY_CURSOR,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    ...(kind === "trending" && FIRST in boot.answers && { initialData: firstPage() }),
  });
}

/** Average colours of pictures that are known already, for the skeletons of others. */
export function knownColors(): string[] {
  const first = boot.answers[FIRST] as SummaryPage | undefined;
  return first?.items.flatMap(({ average_color }) => average_color ?? []) ?? [];
}

function firstPage(): SummaryPages {
  return { pages: [boot.answers[FIRST] as SummaryPage], pageParams: [null] };
}
