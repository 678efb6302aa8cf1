/** What moderators do with a shader, wherever they look at it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, idempotencyKey, ok, type Schemas } from "../../../api/client";
import { invalidateShaderLists, keys } from "../../../api/keys";
import { type Account, useSession } from "../../../api/session";

export type Action = Schemas["Action"];

/** Whether the account may moderate; the API decides. */
export function moderates({ role }: Account): boolean {
  return role === "moderator" || role === "admin";
}

export function useModerates(): boolean {
  return useSession(({ account }) => account !== null && moderates(account));
}

/** Decides about a shader; what is shown of it and of what waits is then fetched again. */
export function useDecide(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["DecisionRequest"]) =>
      ok(
        api.POST("/api/v1/shaders/{shader_id}/decisions", {
          params: { path: { shader_id: id }, header: idempotencyKey() },
          body,
        }),
      ),
    onError: async () => {
      // Somebody was faster: the author with a change, or another moderator.
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.moderation }),
        client.invalidateQueries({ queryKey: keys.shader(id) }),
      ]);
    },
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.moderation }),
        client.invalidateQueries({ queryKey: keys.shader(id) }),
        invalidateShaderLists(client),
      ]);
    },
  });
}
