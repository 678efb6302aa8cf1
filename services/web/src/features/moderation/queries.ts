/** Queries and mutations of moderation: the moderators' side and the author's. */

import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { BY_CURSOR } from "../../api/paging";

export type Case = Schemas["Case"];
export type Decision = Schemas["DecisionPublic"];

export function useQueue() {
  return useInfiniteQuery({
    queryKey: keys.queue,
    queryFn: ({ pageParam }) =>
      ok(api.GET("/api/v1/moderation/queue", { params: { query: { limit: 12, cursor: pageParam } } })),
    staleTime: 0,
    ...BY_CURSOR,
  });
}

export function useLog() {
  return useInfiniteQuery({
    queryKey: keys.log,
    queryFn: ({ pageParam }) =>
      ok(api.GET("/api/v1/moderation/log", { params: { query: { limit: 50, cursor: pageParam } } })),
    staleTime: 0,
    ...BY_CURSOR,
  });
}

export function useOwnDecisions() {
  return useInfiniteQuery({
    queryKey: keys.decisions,
    queryFn: ({ pageParam }) =>
      ok(api.GET("/api/v1/users/me/decisions", { params: { query: { limit: 24, cursor: pageParam } } })),
    staleTime: 0,
    ...BY_CURSOR,
  });
}

export function useAnswer(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (text: string) =>
      ok(
        api.POST("/api/v1/users/me/decisions/{decision_id}/answer", {
          params: { path: { decision_id: id } },
          body: { text },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.decisions }),
  });
}
