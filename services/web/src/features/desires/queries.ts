/** Queries and mutations of desires, beside those of shaders/desires. */

import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { api, idempotencyKey, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { BY_CURSOR } from "../../api/paging";
import { useDesireChange } from "../shaders/desires/queries";

export type Desire = Schemas["DesirePublic"];
export type Card = Schemas["DesireSummary"];
export type Like = Schemas["SimilarCluster"];
export type Answer = Schemas["FulfilmentPublic"];
export type NewDesire = Schemas["DesireCreate"];
export type Sort = Schemas["DesireSort"];
export type State = Schemas["DesireState"];

const PAGE = 24;
const KEPT_MS = 60_000;

export interface Shown {
  readonly sort: Sort;
  readonly state: State;
}

export function useBoard({ sort, state }: Shown) {
  return useInfiniteQuery({
    queryKey: keys.board(sort, state),
    queryFn: ({ pageParam: cursor, signal }) =>
      ok(api.GET("/api/v1/desires", { params: { query: { sort, state, limit: PAGE, cursor } }, signal })),
    ...BY_CURSOR,
  });
}

/** What others want already, for a text that is being typed; the last ones stay until the next are there. */
export function useLikeText(prompt: string) {
  return useQuery({
    queryKey: keys.likeText(prompt),
    queryFn: ({ signal }) => ok(api.GET("/api/v1/desires/similar", { params: { query: { prompt } }, signal })),
    enabled: prompt !== "",
    placeholderData: keepPreviousData,
    staleTime: KEPT_MS,
    retry: false,
  });
}

export function useLikeDesire(id: string) {
  return useQuery({
    queryKey: keys.like(id),
    queryFn: () => ok(api.GET("/api/v1/desires/{desire_id}/similar", { params: { path: { desire_id: id } } })),
    staleTime: KEPT_MS,
  });
}

export function useCluster(id: string | null) {
  return useQuery({
    queryKey: keys.cluster(id),
    queryFn: () => ok(api.GET("/api/v1/desire-clusters/{cluster_id}", { params: { path: { cluster_id: id ?? "" } } })),
    enabled: id !== null,
  });
}

export function useAnswers(id: string) {
  return useInfiniteQuery({
    queryKey: keys.answers(id),
    queryFn: ({ pageParam: cursor }) =>
      ok(
        api.GET("/api/v1/desires/{desire_id}/fulfilments", {
          params: { path: { desire_id: id }, query: { limit: PAGE, cursor } },
        }),
      ),
    ...BY_CURSOR,
  });
}

/** The same text is sent under the same key again, so that a lost answer makes no second desire. */
export function usePost() {
  const sent = useRef({ text: "", header: idempotencyKey() });
  return useDesireChange((body: NewDesire) => {
    const text = JSON.stringify(body);
    if (text !== sent.current.text) sent.current = { text, header: idempotencyKey() };
    return ok(api.POST("/api/v1/desires", { body, params: { header: sent.current.header } }));
  });
}

export function useWithdraw(id: string) {
  const path = { desire_id: id };
  return useDesireChange(() => ok(api.POST("/api/v1/desires/{desire_id}/withdraw", { params: { path } })));
}

export function useJoin(id: string) {
  const path = { desire_id: id };
  return useDesireChange((cluster: string) =>
    ok(api.POST("/api/v1/desires/{desire_id}/join", { params: { path }, body: { cluster } })),
  );
}

export function useLeave(id: string) {
  const path = { desire_id: id };
  return useDesireChange(() => ok(api.POST("/api/v1/desires/{desire_id}/leave", { params: { path } })));
}

export function useDiffer(id: string) {
  const path = { desire_id: id };
  return useDesireChange((body: Schemas["DifferentRequest"]) =>
    ok(api.POST("/api/v1/desires/{desire_id}/different", { params: { path }, body })),
  );
}

export function useFollow(id: string) {
  const path = { desire_id: id };
  return useDesireChange((follow: boolean) =>
    follow
      ? ok(api.PUT("/api/v1/desires/{desire_id}/follow", { params: { path } }))
      : ok(api.DELETE("/api/v1/desires/{desire_id}/follow", { params: { path } })),
  );
}

export type Verdict = "accept" | "decline" | "withdraw";

export function useVerdict({ id, desire_id }: Answer) {
  const path = { desire_id, fulfilment_id: id };
  return useDesireChange((verdict: Verdict) => {
    if (verdict === "accept")
      return ok(api.POST("/api/v1/desires/{desire_id}/fulfilments/{fulfilment_id}/accept", { params: { path } }));
    if (verdict === "decline")
      return ok(api.POST("/api/v1/desires/{desire_id}/fulfilments/{fulfilment_id}/decline", { params: { path } }));
    return ok(api.POST("/api/v1/desires/{desire_id}/fulfilments/{fulfilment_id}/withdraw", { params: { path } }));
  });
}
