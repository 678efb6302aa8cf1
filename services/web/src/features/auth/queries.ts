import { useMutation, useQuery } from "@tanstack/react-query";
import { anonymousApi, api, type idempotencyKey, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { signInWith } from "../../api/session";
import { askForPasskey } from "../../lib/passkeys";

type Login = Pick<Schemas["LoginInput"], "login" | "password">;
type Registration = Pick<Schemas["RegisterInput"], "handle" | "email" | "password" | "display_name">;

export function useSignIn() {
  return useMutation({
    mutationFn: (body: Login) =>
      signInWith(() => ok(anonymousApi.POST("/api/v1/auth/login", { body: { ...body, token_transport: "cookie" } }))),
  });
}

/** The second step of a sign-in. */
export function useCodeSignIn() {
  return useMutation({
    mutationFn: (body: Pick<Schemas["CodeLogin"], "ticket" | "code">) =>
      signInWith(() =>
        ok(anonymousApi.POST("/api/v1/auth/login/code", { body: { ...body, token_transport: "cookie" } })),
      ),
  });
}

/** Asks the browser for a passkey and signs in with it; `autofill` waits among the browser's suggestions. */
export async function signInWithPasskey(autofill: boolean): Promise<void> {
  const { challenge_id, options } = await ok(anonymousApi.POST("/api/v1/auth/login/passkey/options"));
  const credential = await askForPasskey(options, autofill);
  const body = { challenge_id, credential, token_transport: "cookie" as const };
  await signInWith(() => ok(anonymousApi.POST("/api/v1/auth/login/passkey", { body })));
}

export function useProve() {
  return useMutation({ mutationFn: (body: Schemas["Proof"]) => ok(api.POST("/api/v1/auth/proof", { body })) });
}

export function usePasskeyProof() {
  return useMutation({
    mutationFn: async () => {
      const { challenge_id, options } = await ok(api.POST("/api/v1/auth/proof/options"));
      const credential = await askForPasskey(options);
      await ok(api.POST("/api/v1/auth/proof", { body: { passkey: { challenge_id, credential } } }));
    },
  });
}

export function useRegister() {
  return useMutation({
    mutationFn: ({ key, ...body }: Registration & { readonly key: ReturnType<typeof idempotencyKey> }) =>
      signInWith(() =>
        ok(
          anonymousApi.POST("/api/v1/auth/register", {
            body: { ...body, token_transport: "cookie" },
            params: { header: key },
          }),
        ),
      ),
  });
}

export function useForgotPassword() {
  return useMutation({
    mutationFn: (email: string) => ok(anonymousApi.POST("/api/v1/auth/password/forgot", { body: { email } })),
  });
}

export function useResetPassword() {
  return useMutation({
    mutationFn: (body: Schemas["NewPassword"]) => ok(anonymousApi.POST("/api/v1/auth/password/reset", { body })),
  });
}

/** The shader beside the form: the first of trending. */
export function useFeaturedShader() {
  return useQuery({
    queryKey: keys.feed("first"),
    queryFn: async () => {
      const page = await ok(api.GET("/api/v1/feed/trending", { params: { query: { limit: 1 } } }));
      return page.items[0] ?? null;
    },
    staleTime: 600_000,
    retry: false,
  });
}
