/** Queries and mutations of desires that pages of shaders need, too. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, idempotencyKey, ok, type Schemas } from "../../../api/client";
import { keys } from "../../../api/keys";
import { bootAnswer } from "../../../lib/bootAnswer";

type Desire = Schemas["DesirePublic"];

export function useDesire(id: string) {
  return useQuery({
    queryKey: keys.desire(id),
    queryFn: ({ signal }): Promise<Desire> =>
      ok(api.GET("/api/v1/desires/{desire_id}", { params: { path: { desire_id: id } }, signal })),
    ...bootAnswer<Desire>(`/api/v1/desires/${id}`),
  });
}

/** A mutation after which all that is shown of desires is read anew: they hang together. */
export function useDesireChange<T, V = void>(change: (value: V) => Promise<T>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.desires }),
  });
}

export function useFulfil(id: string) {
  const path = { desire_id: id };
  return useDesireChange((shader: string) =>
    ok(
      api.POST("/api/v1/desires/{desire_id}/fulfilments", {
        params: { path, header: idempotencyKey() },
        body: { shader_id: shader },
      }),
    ),
  );
}
