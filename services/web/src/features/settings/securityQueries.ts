/** Queries and mutations of passkeys and codes. */

import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { makePasskey } from "../../lib/passkeys";

export type Passkey = Schemas["PasskeyPublic"];

export function useSecurity() {
  return useQuery({ queryKey: keys.security, queryFn: () => ok(api.GET("/api/v1/auth/security")) });
}

/** Whether the account has a password; most have, so forms ask for it until it is known. */
export function useHasPassword(): boolean {
  return useSecurity().data?.has_password ?? true;
}

function renewed(client: QueryClient) {
  return () => client.invalidateQueries({ queryKey: keys.security });
}

export function useAddPasskey() {
  return useMutation({
    mutationFn: async (name: string) => {
      const { challenge_id, options } = await ok(api.POST("/api/v1/auth/passkeys/options"));
      const credential = await makePasskey(options);
      return ok(api.POST("/api/v1/auth/passkeys", { body: { challenge_id, credential, name } }));
    },
    onSuccess: renewed(useQueryClient()),
  });
}

export function useRenamePasskey() {
  return useMutation({
    mutationFn: ({ id, name }: { readonly id: string; readonly name: string }) =>
      ok(api.PATCH("/api/v1/auth/passkeys/{passkey_id}", { params: { path: { passkey_id: id } }, body: { name } })),
    onSuccess: renewed(useQueryClient()),
  });
}

export function useRemovePasskey() {
  return useMutation({
    mutationFn: (id: string) =>
      ok(api.DELETE("/api/v1/auth/passkeys/{passkey_id}", { params: { path: { passkey_id: id } } })),
    onSuccess: renewed(useQueryClient()),
  });
}

export function useBeginCodes() {
  return useMutation({ mutationFn: () => ok(api.POST("/api/v1/auth/totp")) });
}

export function useConfirmCodes() {
  return useMutation({
    mutationFn: (code: string) => ok(api.POST("/api/v1/auth/totp/confirm", { body: { code } })),
    onSuccess: renewed(useQueryClient()),
  });
}

export function useTurnOffCodes() {
  return useMutation({
    mutationFn: () => ok(api.DELETE("/api/v1/auth/totp")),
    onSuccess: renewed(useQueryClient()),
  });
}

export function useNewRecoveryCodes() {
  return useMutation({
    mutationFn: () => ok(api.POST("/api/v1/auth/recovery-codes")),
    onSuccess: renewed(useQueryClient()),
  });
}
