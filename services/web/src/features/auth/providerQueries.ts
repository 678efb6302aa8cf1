import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { anonymousApi, api, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { accessToken, renewSession, signInIf, signInWith } from "../../api/session";

/** What a site takes as a rule: forms are there while the API has not said, and where it cannot be reached. */
const USUAL: Schemas["SignInWays"] = { passwords: true, registration: true, mail: true, providers: [] };

/** How one gets into this site. */
export function useWays(): Schemas["SignInWays"] {
  const { data } = useQuery({
    queryKey: keys.ways,
    queryFn: () => ok(anonymousApi.GET("/api/v1/auth/ways")),
    staleTime: 600_000,
  });
  return data ?? USUAL;
}

/** Leaves this page for the provider's; it leads back to /sign-in/with/NAME. */
export function useBegin() {
  return useMutation({
    mutationFn: async ({ name, returnTo }: { readonly name: string; readonly returnTo: string }) => {
      const request = { params: { path: { name } }, body: { return_to: returnTo } };
      const { url } = await ok(anonymousApi.POST("/api/v1/auth/providers/{name}/begin", request));
      location.assign(url);
    },
  });
}

/** Goes on with what the provider led back with. Who links is signed in, and says so. */
export function useFinish() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async ({ name, ...body }: Schemas["ProviderReturn"] & { readonly name: string }) => {
      const token = await accessToken().catch(() => null);
      const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
      const request = { params: { path: { name } }, body, headers };
      return signInIf(
        () => ok(anonymousApi.POST("/api/v1/auth/providers/{name}/finish", request)),
        (result) => result.tokens ?? null,
      );
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.identities }),
  });
}

export function useRegisterWithProvider() {
  return useMutation({
    mutationFn: async (body: Schemas["ProviderRegistration"]) => {
      let returnTo = "/";
      await signInWith(async () => {
        const made = await ok(anonymousApi.POST("/api/v1/auth/providers/register", { body }));
        returnTo = made.return_to;
        return made.tokens;
      });
      return returnTo;
    },
  });
}

/** Links who came back from a provider to the account that is signed in. */
export function useConfirmLink() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => ok(api.POST("/api/v1/auth/providers/confirm")),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.identities });
      // The address is confirmed now, which the next token says.
      await renewSession();
    },
  });
}
