/** Refetches a list that is reached by a link and stale; on the way back in the history it stays as it was left. */

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLocation, useNavigationType } from "react-router";
import type { SummaryPages } from "./shaderPages";

const FRESH_MS = 60_000;

export function useRefreshOnVisit(queryKey: readonly unknown[]): void {
  const client = useQueryClient();
  const { key } = useLocation();
  const returned = useNavigationType() === "POP";
  const name = JSON.stringify(queryKey);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each visit has a key of its own, also to the same address.
  useEffect(() => {
    if (!returned) refetchFirstPage(client, JSON.parse(name));
  }, [client, name, key, returned]);
}

/** Shows the first page of the cache while it is refetched. */
function refetchFirstPage(client: QueryClient, queryKey: readonly unknown[]): void {
  const read = client.getQueryState(queryKey);
  if (read?.data === undefined || Date.now() - read.dataUpdatedAt < FRESH_MS) return;
  client.setQueryData<SummaryPages>(
    queryKey,
    (known) => known && { pages: known.pages.slice(0, 1), pageParams: known.pageParams.slice(0, 1) },
    { updatedAt: read.dataUpdatedAt },
  );
  void client.invalidateQueries({ queryKey, exact: true });
}
