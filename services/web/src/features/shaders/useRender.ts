import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { watch } from "../../api/stream";

type Render = Schemas["RenderPublic"];

const POLL_MS = 3000;

function isSettled({ status, preview_status }: Render): boolean {
  return status === "failed" || (status === "ready" && preview_status !== "pending" && preview_status !== "rendering");
}

/**
 * The state of the render of a version, by server-sent events, and by polling where there is no stream. When a picture
 * is ready, the shader is refetched.
 */
export function useRender(id: string, version: number, known: Render | undefined): Render | undefined {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: keys.render(id, version),
    queryFn: () =>
      ok(
        api.GET("/api/v1/shaders/{shader_id}/render", {
          params: { path: { shader_id: id }, query: { version } },
        }),
      ),
    ...(known?.version === version && { initialData: known }),
    refetchInterval: ({ state }) => (state.data !== undefined && isSettled(state.data) ? false : POLL_MS),
  });
  const settled = data === undefined || isSettled(data);
  useEffect(() => {
    if (settled) return;
    const ending = new AbortController();
    const path = `/api/v1/shaders/${encodeURIComponent(id)}/events?version=${version}`;
    watch(path, ending.signal, ({ event, data: text }) => {
      if (event === "render") client.setQueryData(keys.render(id, version), JSON.parse(text) as Render);
    }).catch(() => undefined);
    return () => ending.abort();
  }, [client, id, version, settled]);
  const state = `${data?.status} ${data?.still_url}`;
  useEffect(() => {
    if (known !== undefined && known.version === version && state !== `${known.status} ${known.still_url}`) {
      void client.invalidateQueries({ queryKey: keys.shader(id), exact: true });
    }
  }, [client, id, version, state, known]);
  return data;
}
