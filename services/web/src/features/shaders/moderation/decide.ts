/** Reporting, and what moderators do, wherever they look at it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, idempotencyKey, ok, type Schemas } from "../../../api/client";
import { invalidateShaderLists, keys } from "../../../api/keys";
import { type Account, useSession } from "../../../api/session";
import type { Subject } from "./subject";

export type Action = Schemas["Action"];

/** Whether the account may moderate; the API decides. */
export function moderates({ role }: Account): boolean {
  return role === "moderator" || role === "admin";
}

export function useModerates(): boolean {
  return useSession(({ account }) => account !== null && moderates(account));
}

type About = Pick<Subject, "kind" | "id">;

/** Reports it to the moderators. */
export function useReport({ kind, id }: About) {
  return useMutation({
    mutationFn: (body: Schemas["ReportCreate"]) => {
      const header = idempotencyKey();
      return kind === "shader"
        ? ok(api.POST("/api/v1/shaders/{shader_id}/reports", { params: { path: { shader_id: id }, header }, body }))
        : ok(api.POST("/api/v1/desires/{desire_id}/reports", { params: { path: { desire_id: id }, header }, body }));
    },
  });
}

/** Decides about it; what is shown of it and of what waits is then fetched again. */
export function useDecide({ kind, id }: About) {
  const client = useQueryClient();
  const anew = async () => {
    const shown = kind === "shader" ? keys.shader(id) : keys.desires;
    await Promise.all([keys.moderation, shown].map((queryKey) => client.invalidateQueries({ queryKey })));
  };
  return useMutation({
    mutationFn: (body: Schemas["DecisionRequest"]) => {
      const header = idempotencyKey();
      return kind === "shader"
        ? ok(api.POST("/api/v1/shaders/{shader_id}/decisions", { params: { path: { shader_id: id }, header }, body }))
        : ok(api.POST("/api/v1/desires/{desire_id}/decisions", { params: { path: { desire_id: id }, header }, body }));
    },
    // Somebody was faster: the author with a change, or another moderator.
    onError: anew,
    onSuccess: async () => {
      await Promise.all([anew(), kind === "shader" && invalidateShaderLists(client)]);
    },
  });
}
