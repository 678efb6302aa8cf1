/** The inbox: its pages, how full it is, and what was read. */

import { infiniteQueryOptions, type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { BY_CURSOR } from "../../api/paging";

export type Notice = Schemas["NoticePublic"];
export type InboxState = Schemas["InboxState"];
export type Read = Partial<Schemas["ReadInput"]>;

export interface Filter {
  readonly unread: boolean;
  readonly kind: string | null;
}

const PAGE_SIZE = 30;

export function inboxQuery({ unread, kind }: Filter) {
  return infiniteQueryOptions({
    queryKey: keys.notices(unread, kind),
    queryFn: ({ pageParam, signal }) =>
      ok(
        api.GET("/api/v1/notices", {
          params: { query: { unread, kind, limit: PAGE_SIZE, cursor: pageParam } },
          signal,
        }),
      ),
    ...BY_CURSOR,
  });
}

/** Takes over how full the inbox is; its pages are loaded anew when something has changed. */
export function noteState(client: QueryClient, state: InboxState): void {
  const before = client.getQueryData<InboxState>(keys.inboxState);
  client.setQueryData(keys.inboxState, state);
  if (before?.since !== state.since || before.unread !== state.unread) {
    void client.invalidateQueries({ queryKey: keys.inbox });
  }
}

export function useMarkRead() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (read: Read) => ok(api.POST("/api/v1/notices/read", { body: read as Schemas["ReadInput"] })),
    onSuccess: (state) => noteState(client, state),
  });
}

/** 100 stands for more than 99. */
export function written(unread: number): string {
  return unread > 99 ? "99+" : String(unread);
}
