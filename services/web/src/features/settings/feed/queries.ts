/** What the feed thinks that the account likes, and what the account has muted. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok, type Schemas } from "../../../api/client";
import { keys } from "../../../api/keys";

export type Taste = Schemas["TastePublic"];
export type Mute = Schemas["MutePublic"];

export function useTaste() {
  return useQuery({ queryKey: keys.taste, queryFn: () => ok(api.GET("/api/v1/feed/taste")) });
}

export function useMutes() {
  return useQuery({ queryKey: keys.mutes, queryFn: () => ok(api.GET("/api/v1/feed/mutes")) });
}

export function useChooseLearning() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (learning: boolean) => ok(api.PUT("/api/v1/feed/taste", { body: { learning } })),
    onSuccess: (taste) => {
      client.setQueryData(keys.taste, taste);
      void client.invalidateQueries({ queryKey: keys.feed("you") });
    },
  });
}

export function useForgetTag() {
  return useForgetting((tag) => ok(api.DELETE("/api/v1/feed/taste/tags/{tag}", { params: { path: { tag } } })));
}

export function useForgetWork() {
  return useForgetting((id) =>
    ok(api.DELETE("/api/v1/feed/taste/shaders/{shader_id}", { params: { path: { shader_id: id } } })),
  );
}

function useForgetting(forget: (name: string) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: forget,
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.feed("you") });
      return client.invalidateQueries({ queryKey: keys.taste });
    },
  });
}

export function useUnmute() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, name }: Mute) =>
      ok(api.DELETE("/api/v1/feed/mutes/{kind}/{name}", { params: { path: { kind, name } } })),
    onSettled: () => {
      void client.invalidateQueries({ queryKey: keys.feed("you") });
      return client.invalidateQueries({ queryKey: keys.mutes });
    },
  });
}
