/** What moderators do with a shader, wherever they look at it. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, idempotencyKey, ok, type Schemas } from "../../../api/client";
import { invalidateShaderLists, keys } from "../../../api/keys";
import { useSession } from "../../../api/session";

export type Action = Schemas["Action"];

/** Whether the account may moderate; the API decides. */
export function useModerates(): boolean {
  return useSession(({ account }) => account?.role === "moderator" || account?.role === "admin");
}

/** Decides about a shader. What others decided meanwhile is seen with the answer, good or bad. */
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
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: keys.moderation }),
        client.invalidateQueries({ queryKey: keys.shader(id) }),
        invalidateShaderLists(client),
      ]);
    },
  });
}
