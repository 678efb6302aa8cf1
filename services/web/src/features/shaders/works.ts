/** The shaders of an account, by who sees them, and those that it voted for. */

import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { BY_CURSOR } from "../../api/paging";
import { PAGE_SIZE, type SummaryPage } from "./shaderPages";

export type Shown = Schemas["Visibility"] | "voted";

const KEPT_MS = 30 * 60_000;

export function worksQuery(handle: string, shown: Shown) {
  return infiniteQueryOptions({
    queryKey: shown === "voted" ? keys.voted : keys.shadersOf(handle, shown),
    queryFn: ({ pageParam, signal }): Promise<SummaryPage> =>
      shown === "voted" ? votedPage(pageParam, signal) : worksPage(handle, shown, pageParam, signal),
    ...BY_CURSOR,
    gcTime: KEPT_MS,
  });
}

function worksPage(handle: string, visibility: Exclude<Shown, "voted">, cursor: string | null, signal: AbortSignal) {
  const params = { path: { handle }, query: { visibility, limit: PAGE_SIZE, cursor } };
  return ok(api.GET("/api/v1/users/{handle}/shaders", { params, signal }));
}

async function votedPage(cursor: string | null, signal: AbortSignal): Promise<SummaryPage> {
  const query = { value: "up" as const, limit: PAGE_SIZE, cursor };
  const { items, next_cursor } = await ok(api.GET("/api/v1/votes", { params: { query }, signal }));
  return { items: items.map(({ shader }) => shader), next_cursor: next_cursor ?? null };
}
