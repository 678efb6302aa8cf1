/** The account's votes on cards. `keys.vote(id)` holds the last state of each. */

import { skipToken, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "../../api/client";
import { keys } from "../../api/keys";
import type { components } from "../../api/schema";
import { useSession } from "../../api/session";
import { toastError } from "../../components/ui/toastStore";
import type { ShaderSummary } from "./shaderPages";

type VoteState = components["schemas"]["VoteState"];
type VoteValue = components["schemas"]["VoteValue"];

/** Looks up the votes on a page of cards in one request. */
export function useOwnVotes(page: readonly ShaderSummary[]): void {
  const client = useQueryClient();
  const handle = useSession((state) => state.account?.handle);
  const id = page.map((shader) => shader.id);
  useQuery({
    queryKey: keys.ownVotes(handle, id),
    enabled: handle !== undefined && id.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const { votes } = await ok(api.GET("/api/v1/votes/lookup", { params: { query: { id } } }));
      for (const shader of page) {
        client.setQueryData<VoteState>(
          keys.vote(shader.id),
          (known) => known ?? stateOf(shader, votes[shader.id] ?? "none"),
        );
      }
      return votes;
    },
  });
}

/** The counts of a card, with the account's own vote. */
export function useVoteState(shader: ShaderSummary): VoteState {
  const { data } = useQuery<VoteState>({ queryKey: keys.vote(shader.id), queryFn: skipToken });
  return data ?? stateOf(shader, "none");
}

export function useVote(shader: ShaderSummary) {
  const client = useQueryClient();
  const key = keys.vote(shader.id);
  return useMutation({
    mutationFn: (value: VoteValue) =>
      ok(api.PUT("/api/v1/shaders/{shader_id}/vote", { params: { path: { shader_id: shader.id } }, body: { value } })),
    onMutate: (value) => {
      const before = client.getQueryData<VoteState>(key) ?? stateOf(shader, "none");
      client.setQueryData(key, voted(before, value));
      return before;
    },
    onSuccess: (state) => client.setQueryData(key, state),
    onError: (error, _value, before) => {
      client.setQueryData(key, before);
      toastError(error);
    },
  });
}

function stateOf({ id, up, down, score }: ShaderSummary, value: VoteValue): VoteState {
  return { shader_id: id, up, down, score, value };
}

/** The counts after a vote, for the optimistic update. */
export function voted(before: VoteState, value: VoteValue): VoteState {
  const up = before.up + Number(value === "up") - Number(before.value === "up");
  const down = before.down + Number(value === "down") - Number(before.value === "down");
  return { ...before, up, down, score: up - down, value };
}
