/**
 * How full the inbox is: by server-sent events while the tab is looked at, because a browser opens six connections to a
 * site and may have more tabs than that; by polling where there is no stream.
 */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, ok } from "../../api/client";
import { keys } from "../../api/keys";
import { ApiError } from "../../api/problem";
import { useSession } from "../../api/session";
import { watch } from "../../api/stream";
import { type InboxState, noteState } from "./queries";

const AGAIN_MS = 1_000;
const RETRY_MS = 20_000;
const POLL_MS = 60_000;

export function useInboxState(): InboxState | undefined {
  const client = useQueryClient();
  const account = useSession((state) => state.account?.id ?? null);
  const visible = useVisible();
  const [streams, setStreams] = useState(true);
  useEffect(() => {
    if (account === null || !visible) return;
    const ending = new AbortController();
    void follow(
      ending.signal,
      (state) => noteState(client, state),
      (works) => setStreams(works),
    );
    return () => ending.abort();
  }, [client, account, visible]);
  const { data } = useQuery({
    queryKey: keys.inboxState,
    queryFn: async (): Promise<InboxState> => {
      const { unread, since } = await ok(api.GET("/api/v1/notices", { params: { query: { limit: 1 } } }));
      return { unread, since };
    },
    enabled: account !== null && visible && !streams,
    staleTime: POLL_MS,
    refetchInterval: POLL_MS,
  });
  return account === null ? undefined : data;
}

/** A stream ends by itself after some minutes, and begins with the present state. */
async function follow(
  signal: AbortSignal,
  onState: (state: InboxState) => void,
  onWorks: (works: boolean) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await watch("/api/v1/notices/events", signal, ({ event, data }) => {
        if (event !== "inbox") return;
        onWorks(true);
        onState(JSON.parse(data) as InboxState);
      });
      await pause(AGAIN_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      onWorks(false);
      const seconds = error instanceof ApiError ? (error.retryAfter ?? 0) : 0;
      await pause(Math.max(RETRY_MS, seconds * 1000), signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

function useVisible(): boolean {
  const [visible, setVisible] = useState(() => document.visibilityState === "visible");
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return visible;
}
