import { queryOptions } from "@tanstack/react-query";
import { api, ok } from "../../api/client";
import { keys } from "../../api/keys";
import type { components } from "../../api/schema";
import { boot } from "../../lib/boot";

export type Profile = components["schemas"]["PublicProfile"];

export function profileQuery(handle: string) {
  return queryOptions({
    queryKey: keys.user(handle),
    queryFn: ({ signal }): Promise<Profile> =>
      ok(api.GET("/api/v1/users/{handle}", { params: { path: { handle } }, signal })),
    initialData: () => boot.answers[`/api/v1/users/${encodeURIComponent(handle)}`] as Profile | undefined,
  });
}
