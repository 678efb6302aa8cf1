import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "../../api/client";
import { keys } from "../../api/keys";

export function useIdentities() {
  return useQuery({ queryKey: keys.identities, queryFn: () => ok(api.GET("/api/v1/auth/identities")), staleTime: 0 });
}

/** Leaves this page for the provider's, and comes back to it. */
export function useLink() {
  return useMutation({
    mutationFn: async (name: string) => {
      const request = { params: { path: { name } }, body: { return_to: "/settings/sign-in" } };
      const { url } = await ok(api.POST("/api/v1/auth/providers/{name}/link", request));
      location.assign(url);
    },
  });
}

export function useUnlink() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      ok(api.DELETE("/api/v1/auth/identities/{identity_id}", { params: { path: { identity_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.identities }),
  });
}
