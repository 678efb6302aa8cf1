/** The three feeds. A feed that was read keeps all its pages, so that going back finds the place; it begins anew when it is asked for anew. */

import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, ok } from "../../api/client";
import { keys } from "../../api/keys";
import { boot } from "../../app/boot";
import { nextCursor, PAGE_SIZE, type WorkPage, type WorkPages } from "../../components/works";

export type FeedKind = "trending" | "new" | "you";

const FIRST = `/api/v1/feed/trending?limit=${PAGE_SIZE}`;
const KEPT_MS = 60 * 60_000;
const PATHS = { trending: "/api/v1/feed/trending", new: "/api/v1/feed/new", you: "/api/v1/feed" } as const;

export function feedQuery(kind: FeedKind) {
  return infiniteQueryOptions({
    queryKey: keys.feed(kind),
    queryFn: ({ pageParam: cursor, signal }): Promise<WorkPage> =>
      ok(api.GET(PATHS[kind], { params: { query: { limit: PAGE_SIZE, cursor } }, signal })),
    initialPageParam: null as string | null,
    getNextPageParam: nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: KEPT_MS,
    ...(kind === "trending" && FIRST in boot.answers && { initialData: firstPage() }),
  });
}

/** The colours of pictures that are known already, for places where others will be. */
export function knownColors(): string[] {
  const first = boot.answers[FIRST] as WorkPage | undefined;
  return first?.items.flatMap(({ average_color }) => average_color ?? []) ?? [];
}

function firstPage(): WorkPages {
  return { pages: [boot.answers[FIRST] as WorkPage], pageParams: [null] };
}
