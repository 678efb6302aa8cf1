/** Queries and mutations of moderation: the moderators' side and the author's. */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { anonymousApi, api, idempotencyKey, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { BY_CURSOR } from "../../api/paging";

export type Case = Schemas["Case"];
export type Decision = Schemas["DecisionPublic"];
export type Bridge = Schemas["Bridge"];

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

/** Wishes that may be one, as they were when the page was opened: what was done about a pair is said in its place. */
export function useBridges() {
  return useInfiniteQuery({
    queryKey: keys.bridges,
    queryFn: ({ pageParam }) =>
      ok(api.GET("/api/v1/desire-clusters/bridges", { params: { query: { limit: 12, cursor: pageParam } } })),
    staleTime: 0,
    refetchOnWindowFocus: false,
    ...BY_CURSOR,
  });
}

/** Two clusters: one wish, another one each, or as they were before they were merged. */
export function useBridge(into: string, cluster: string) {
  const path = { cluster_id: into };
  const client = useQueryClient();
  const onSuccess = () => client.invalidateQueries({ queryKey: keys.desires });
  const merge = useMutation({
    mutationFn: () =>
      ok(
        api.POST("/api/v1/desire-clusters/{cluster_id}/merge", {
          params: { path, header: idempotencyKey() },
          body: { cluster },
        }),
      ),
    onSuccess,
  });
  const part = useMutation({
    mutationFn: () =>
      ok(api.POST("/api/v1/desire-clusters/{cluster_id}/apart", { params: { path }, body: { cluster } })),
    onSuccess,
  });
  const undo = useMutation({
    mutationFn: (batch: string) => ok(api.POST("/api/v1/desire-clusters/undo", { body: { batch } })),
    onSuccess: async () => {
      merge.reset();
      await onSuccess();
    },
  });
  return { merge, part, undo };
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

/** What a suspended author may answer by the link in their mail. It is asked once, and kept while the page is open. */
export function useDecisionsByLink(token: string) {
  return useQuery({
    queryKey: keys.decisionsByLink(token),
    queryFn: async () =>
      (await ok(anonymousApi.POST("/api/v1/moderation/by-link/decisions", { body: { token } }))).items,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

export function useAnswerByLink(token: string, id: string) {
  return useMutation({
    mutationFn: (text: string) =>
      ok(anonymousApi.POST("/api/v1/moderation/by-link/answer", { body: { token, decision_id: id, text } })),
  });
}
