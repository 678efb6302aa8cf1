/** Payments, where the site has some: what it takes, bounties, and one's own pledges. Several features show them. */

import { type QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok, type Schemas } from "../../../api/client";
import { keys } from "../../../api/keys";
import { BY_CURSOR } from "../../../api/paging";

export type Capabilities = Schemas["PaymentCapabilities"];
export type Bounty = Schemas["BountyPublic"];
export type Pledge = Schemas["PledgePublic"];

const KEPT_MS = 600_000;
const COUNTS_MS = 1_500;

/** What one can pay for here; without payments nothing else is asked or shown. */
export function useCapabilities() {
  return useQuery({
    queryKey: keys.capabilities,
    queryFn: () => ok(api.GET("/api/v1/payments/capabilities")),
    staleTime: KEPT_MS,
  });
}

/** The capabilities where people pledge; null without payments, and while nobody knows. */
export function usePayments(): Capabilities | null {
  const { data } = useCapabilities();
  return data === undefined || data.provider === "none" ? null : data;
}

/** The bounty of a desire, asked for only where people pledge. */
export function useBounty(id: string) {
  return useQuery({
    queryKey: keys.bounty(id),
    queryFn: ({ signal }) =>
      ok(api.GET("/api/v1/desires/{desire_id}/bounty", { params: { path: { desire_id: id } }, signal })),
    enabled: usePayments() !== null,
  });
}

/** Everything that a pledge is a part of. */
export async function pledgesChanged(client: QueryClient): Promise<void> {
  const stale = [keys.desires, keys.pledges, keys.points, keys.orders];
  await Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
}

/** A mutation after which all that is shown of pledges is read anew, also where somebody was faster. */
export function usePledgeChange<T, V = void>(change: (value: V) => Promise<T>) {
  const client = useQueryClient();
  return useMutation({ mutationFn: change, onSettled: () => pledgesChanged(client) });
}

export function useWithdrawPledge(id: string) {
  const path = { pledge_id: id };
  return usePledgeChange(() => ok(api.POST("/api/v1/pledges/{pledge_id}/withdraw", { params: { path } })));
}

/** Leads to the provider's page, on which a pledge is paid. */
export function usePay() {
  return useMutation({
    mutationFn: (id: string) =>
      ok(api.POST("/api/v1/pledges/{pledge_id}/checkout", { params: { path: { pledge_id: id } } })),
    onSuccess: ({ url }) => location.assign(url),
  });
}

export function usePledges() {
  return useInfiniteQuery({
    queryKey: keys.pledges,
    queryFn: ({ pageParam: cursor }) => ok(api.GET("/api/v1/pledges", { params: { query: { limit: 24, cursor } } })),
    staleTime: 0,
    ...BY_CURSOR,
  });
}

/** With `paid` it is asked again until it counts, which is some seconds after its payment. */
export function usePledge(id: string | null, paid = false) {
  return useQuery({
    queryKey: keys.pledge(id ?? ""),
    queryFn: () => ok(api.GET("/api/v1/pledges/{pledge_id}", { params: { path: { pledge_id: id ?? "" } } })),
    enabled: id !== null,
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => (paid && data?.state === "awaiting_payment" ? COUNTS_MS : false),
  });
}
