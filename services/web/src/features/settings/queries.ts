/** Queries and mutations of the settings. */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, idempotencyKey, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { BY_CURSOR } from "../../api/paging";
import { setAccount } from "../../api/session";

export type Key = Schemas["KeyPublic"];

export function useChangeAccount() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["AccountChange"]) => ok(api.PATCH("/api/v1/users/me", { body })),
    onSuccess: (account) => {
      setAccount(account);
      void client.invalidateQueries({ queryKey: keys.user(account.handle) });
      void client.invalidateQueries({ queryKey: keys.address });
    },
  });
}

export function useAddress() {
  return useQuery({ queryKey: keys.address, queryFn: () => ok(api.GET("/api/v1/auth/email")) });
}

export function useSendAgain() {
  return useMutation({ mutationFn: () => ok(api.POST("/api/v1/auth/email/send")) });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["PasswordInput"]) => ok(api.POST("/api/v1/auth/password", { body })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.sessions });
      void client.invalidateQueries({ queryKey: keys.security });
    },
  });
}

export function useSessions() {
  return useQuery({ queryKey: keys.sessions, queryFn: () => ok(api.GET("/api/v1/auth/sessions")) });
}

/** Ends one session, or all but this one. */
export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string | "others") =>
      id === "others"
        ? ok(api.DELETE("/api/v1/auth/sessions"))
        : ok(api.DELETE("/api/v1/auth/sessions/{session_id}", { params: { path: { session_id: id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: keys.sessions }),
  });
}

export function useKeys() {
  return useInfiniteQuery({
    queryKey: keys.apiKeys,
    queryFn: ({ pageParam }) => ok(api.GET("/api/v1/keys", { params: { query: { limit: 50, cursor: pageParam } } })),
    ...BY_CURSOR,
  });
}

export function useKeyUses(id: string) {
  return useInfiniteQuery({
    queryKey: keys.apiKeyUses(id),
    queryFn: ({ pageParam }) =>
      ok(
        api.GET("/api/v1/keys/{key_id}/uses", {
          params: { path: { key_id: id }, query: { limit: 20, cursor: pageParam } },
        }),
      ),
    ...BY_CURSOR,
  });
}

export function useCreateKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["KeyCreate"]) => ok(api.POST("/api/v1/keys", { body, headers: idempotencyKey() })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
  });
}

export function useRotateKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, seconds }: { readonly id: string; readonly seconds: number }) =>
      ok(
        api.POST("/api/v1/keys/{key_id}/rotate", {
          params: { path: { key_id: id } },
          body: { overlap_seconds: seconds },
          headers: idempotencyKey(),
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
  });
}

export function useRevokeKey() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => ok(api.DELETE("/api/v1/keys/{key_id}", { params: { path: { key_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.apiKeys }),
  });
}

export function useUsage() {
  return useQuery({ queryKey: keys.usage, queryFn: () => ok(api.GET("/api/v1/users/me/usage")), staleTime: 0 });
}

export function useExport() {
  return useMutation({
    mutationFn: () => ok(api.GET("/api/v1/users/me/export", { parseAs: "blob" })) as unknown as Promise<Blob>,
  });
}

export function useDeleteAccount() {
  return useMutation({
    mutationFn: (body: Schemas["DeletionInput"]) => ok(api.DELETE("/api/v1/users/me", { body })),
  });
}

export function useChooseKind(kind: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["KindChoice"]) =>
      ok(api.PUT("/api/v1/notices/settings/{kind}", { params: { path: { kind } }, body })),
    onSuccess: (settings) => client.setQueryData(keys.noticeSettings, settings),
  });
}
