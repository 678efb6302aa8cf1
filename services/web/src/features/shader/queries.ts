/** Queries and mutations of a shader. */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, idempotencyKey, ok, type Schemas } from "../../api/client";
import { invalidateShaderLists, keys } from "../../api/keys";
import { BY_CURSOR } from "../../api/paging";
import { useSession } from "../../api/session";
import { bootAnswer } from "../../lib/bootAnswer";

export type Shader = Schemas["ShaderPublic"];
export type Version = Schemas["VersionPublic"];
export type VersionSummary = Schemas["VersionSummary"];

export function useShader(id: string) {
  return useQuery({
    queryKey: keys.shader(id),
    queryFn: () => ok(api.GET("/api/v1/shaders/{shader_id}", { params: { path: { shader_id: id } } })),
    ...bootAnswer<Shader>(`/api/v1/shaders/${id}`),
  });
}

/** One version with its source; null asks for none. */
export function useVersion(id: string, number: number | null) {
  return useQuery({
    queryKey: keys.version(id, number),
    enabled: number !== null,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () =>
      ok(
        api.GET("/api/v1/shaders/{shader_id}/versions/{number}", {
          params: { path: { shader_id: id, number: number ?? 1 } },
        }),
      ),
  });
}

export function useVersions(id: string) {
  return useInfiniteQuery({
    queryKey: keys.versions(id),
    queryFn: ({ pageParam }) =>
      ok(
        api.GET("/api/v1/shaders/{shader_id}/versions", {
          params: { path: { shader_id: id }, query: { limit: 20, cursor: pageParam } },
        }),
      ),
    ...BY_CURSOR,
  });
}

export function useForks(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.forks(id),
    enabled,
    queryFn: () =>
      ok(api.GET("/api/v1/shaders/{shader_id}/forks", { params: { path: { shader_id: id }, query: { limit: 24 } } })),
  });
}

export function useLineage(id: string, enabled: boolean) {
  return useQuery({
    queryKey: keys.lineage(id),
    enabled,
    queryFn: () => ok(api.GET("/api/v1/shaders/{shader_id}/lineage", { params: { path: { shader_id: id } } })),
  });
}

export function useDifference(id: string, from: number, to: number) {
  return useQuery({
    queryKey: keys.difference(id, from, to),
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () =>
      ok(
        api.GET("/api/v1/shaders/{shader_id}/diff", {
          params: { path: { shader_id: id }, query: { from, to } },
        }),
      ) as Promise<Schemas["Difference"]>,
  });
}

/** Shaders that look and are built alike, the nearest first. */
export function useSimilar(id: string) {
  return useQuery({
    queryKey: keys.similar(id),
    queryFn: () =>
      ok(api.GET("/api/v1/shaders/{shader_id}/similar", { params: { path: { shader_id: id }, query: { limit: 6 } } })),
  });
}

/** Other public shaders of the author, the newest first. */
export function useMoreBy(handle: string, except: string) {
  return useQuery({
    queryKey: keys.moreBy(handle, except),
    queryFn: async () => {
      const path = { handle };
      const page = await ok(api.GET("/api/v1/users/{handle}/shaders", { params: { path, query: { limit: 6 } } }));
      return page.items.filter((shader) => shader.id !== except && shader.visibility === "public").slice(0, 5);
    },
  });
}

/** Changes a shader's metadata; the response is the changed shader. */
export function useChange(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["ShaderUpdate"]) =>
      ok(api.PATCH("/api/v1/shaders/{shader_id}", { params: { path: { shader_id: id } }, body })),
    onSuccess: async (shader) => {
      client.setQueryData(keys.shader(id), shader);
      await invalidateShaderLists(client);
    },
  });
}

/** Restores an old version as the newest. */
export function useRestore(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (version: number) =>
      ok(
        api.POST("/api/v1/shaders/{shader_id}/restore", {
          params: { path: { shader_id: id }, header: idempotencyKey() },
          body: { version },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.shader(id) }),
  });
}

export function useDelete(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => ok(api.DELETE("/api/v1/shaders/{shader_id}", { params: { path: { shader_id: id } } })),
    onSuccess: async () => {
      client.removeQueries({ queryKey: keys.shader(id) });
      await invalidateShaderLists(client);
    },
  });
}

/** The shader in Shadertoy's JSON format. */
export async function shadertoyOf(id: string, version: number): Promise<string> {
  const params = { path: { shader_id: id }, query: { version } };
  return JSON.stringify(await ok(api.GET("/api/v1/shaders/{shader_id}/export", { params })), null, 2);
}

/** The account's own vote. */
export function useOwnVote(id: string) {
  const known = useSession((state) => state.account !== null);
  return useQuery({
    queryKey: keys.vote(id),
    enabled: known,
    queryFn: () => ok(api.GET("/api/v1/shaders/{shader_id}/vote", { params: { path: { shader_id: id } } })),
  });
}
