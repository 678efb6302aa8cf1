/** The cache of the API's responses: fresh for half a minute, refetched when the network is back; client errors are not retried. */

import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api/problem";
import { useSession } from "../api/session";

const TRIES = 3;
const HEAL_MS = 10_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, error) => failures < TRIES && isPassing(error),
      // A page that was opened while the site was down recovers by itself.
      refetchInterval: (query) => (query.state.error !== null && isPassing(query.state.error) ? HEAL_MS : false),
      retryDelay: (failures, error) => waitFor(error) ?? Math.min(1000 * 2 ** failures, 10_000),
    },
    mutations: { retry: false },
  },
});

// On a sign-out drafts disappear at once; on a sign-in everything is refetched as that account.
// An expired sign-in changes nothing on the page.
useSession.subscribe((now, before) => {
  if (now.status === "visitor" && before.status !== "visitor") void queryClient.resetQueries();
  else if (now.account !== null && now.account.id !== before.account?.id) void queryClient.invalidateQueries();
});

function isPassing(error: Error): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status === 429 || error.status >= 502);
}

function waitFor(error: Error): number | null {
  return error instanceof ApiError && error.retryAfter !== null ? error.retryAfter * 1000 : null;
}
