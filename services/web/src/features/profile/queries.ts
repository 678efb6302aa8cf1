import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, ok } from "../../api/client";
import { keys } from "../../api/keys";
import { BY_CURSOR } from "../../api/paging";
import type { components } from "../../api/schema";
import { boot } from "../../lib/boot";
import { PAGE_SIZE, type SummaryPage } from "../shaders/shaderPages";

export type Profile = components["schemas"]["PublicProfile"];
export type Shown = components["schemas"]["Visibility"] | "voted";

const KEPT_MS = 30 * 60_000;

export function profileQuery(handle: string) {
  return queryOptions({
    queryKey: keys.user(handle),
    queryFn: ({ signal }): Promise<Profile> =>
      ok(api.GET("/api/v1/users/{handle}", { params: { path: { handle } }, signal })),
    initialData: () => boot.answers[`/api/v1/users/${encodeURIComponent(handle)}`] as Profile | undefined,
  });
}

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
