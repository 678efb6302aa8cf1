/** What one does about a bounty, beside what shaders/payments has. */

import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { api, idempotencyKey, ok, type Schemas } from "../../../api/client";
import { keys } from "../../../api/keys";
import { useSession } from "../../../api/session";
import { usePledgeChange } from "../../shaders/payments/queries";

export type Attempt = Schemas["Attempt"];

export function usePoints(wanted: boolean) {
  const isSignedIn = useSession(({ account }) => account !== null);
  return useQuery({
    queryKey: keys.points,
    queryFn: () => ok(api.GET("/api/v1/points")),
    enabled: wanted && isSignedIn,
  });
}

/** The same pledge is sent under the same key again, so that a lost answer makes no second one. */
export function useMakePledge(id: string) {
  const sent = useRef({ text: "", header: idempotencyKey() });
  const path = { desire_id: id };
  return usePledgeChange(async (body: Schemas["PledgeCreate"]) => {
    const text = JSON.stringify(body);
    if (text !== sent.current.text) sent.current = { text, header: idempotencyKey() };
    const params = { path, header: sent.current.header };
    const made = await ok(api.POST("/api/v1/desires/{desire_id}/pledges", { params, body }));
    // The next one is another pledge, also of the same amount.
    sent.current = { text: "", header: idempotencyKey() };
    return made;
  });
}

export function useAccept(pledge: string, answer: string) {
  const path = { pledge_id: pledge };
  return usePledgeChange(() =>
    ok(api.POST("/api/v1/pledges/{pledge_id}/accept", { params: { path }, body: { answer_id: answer } })),
  );
}

export function useObject(pledge: string) {
  const path = { pledge_id: pledge };
  return usePledgeChange((reason: string) =>
    ok(api.POST("/api/v1/pledges/{pledge_id}/object", { params: { path }, body: { reason } })),
  );
}

export function useAskForChanges(desire: string, answer: string) {
  const path = { desire_id: desire, fulfilment_id: answer };
  return usePledgeChange((wanted: string) =>
    ok(
      api.POST("/api/v1/desires/{desire_id}/fulfilments/{fulfilment_id}/changes", {
        params: { path },
        body: { wanted },
      }),
    ),
  );
}

export function useSendAgain(desire: string, answer: string) {
  const path = { desire_id: desire, fulfilment_id: answer };
  return usePledgeChange(() =>
    ok(api.POST("/api/v1/desires/{desire_id}/fulfilments/{fulfilment_id}/changed", { params: { path } })),
  );
}
