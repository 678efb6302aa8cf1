import { infiniteQueryOptions, keepPreviousData } from "@tanstack/react-query";
import { api, ok } from "../../api/client";
import { keys } from "../../api/keys";
import { BY_CURSOR } from "../../api/paging";
import { asQuery, type Filters } from "../shaders/filters/filters";
import { PAGE_SIZE, type SummaryPage } from "../shaders/shaderPages";

const KEPT_MS = 30 * 60_000;

/** Pages stay cached for the way back; the last results stay visible until the new ones are there. */
export function exploreQuery(filters: Filters) {
  const query = asQuery(filters);
  return infiniteQueryOptions({
    queryKey: keys.search(query),
    queryFn: ({ pageParam: cursor, signal }): Promise<SummaryPage> =>
      ok(api.GET("/api/v1/shaders", { params: { query: { ...query, limit: PAGE_SIZE, cursor } }, signal })),
    ...BY_CURSOR,
    placeholderData: keepPreviousData,
    staleTime: KEPT_MS,
    gcTime: KEPT_MS,
  });
}
