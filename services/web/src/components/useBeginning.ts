/** A list that was come to by a link begins anew when it is not fresh; on the way back it stays as it was left. */

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLocation, useNavigationType } from "react-router";
import type { WorkPages } from "./works";

const FRESH_MS = 60_000;

export function useBeginning(queryKey: readonly unknown[]): void {
  const client = useQueryClient();
  const { key } = useLocation();
  const returned = useNavigationType() === "POP";
  const name = JSON.stringify(queryKey);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each visit has a key of its own, also to the same address.
  useEffect(() => {
    if (!returned) beginAnew(client, JSON.parse(name));
  }, [client, name, key, returned]);
}

/** Shows the first page of what is known while it is asked for anew. */
function beginAnew(client: QueryClient, queryKey: readonly unknown[]): void {
  const read = client.getQueryState(queryKey);
  if (read?.data === undefined || Date.now() - read.dataUpdatedAt < FRESH_MS) return;
  client.setQueryData<WorkPages>(
    queryKey,
    (known) => known && { pages: known.pages.slice(0, 1), pageParams: known.pageParams.slice(0, 1) },
    { updatedAt: read.dataUpdatedAt },
  );
  void client.invalidateQueries({ queryKey, exact: true });
}
