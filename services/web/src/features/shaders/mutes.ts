/** What the account wants no more of in its feed. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok } from "../../api/client";
import { keys } from "../../api/keys";
import type { components } from "../../api/schema";
import { toast, toastError } from "../../components/ui/toastStore";
import { SHADER_CHOICES } from "../../lib/shaderChoices";
import type { ShaderSummary, SummaryPages } from "./shaderPages";

export type MuteKind = components["schemas"]["MuteKind"];

export interface Muted {
  readonly kind: MuteKind;
  readonly name: string;
  /** What people call it. */
  readonly called: string;
}

/** What of a card can be muted: the work itself, its tags, its author, and how it was made. */
export function mutable({ id, title, tags, author, ai_label }: ShaderSummary): Muted[] {
  const made = SHADER_CHOICES.ai_label.labels[ai_label];
  return [
    { kind: "shader", name: id, called: title },
    ...tags.map((tag): Muted => ({ kind: "tag", name: tag, called: `#${tag}` })),
    { kind: "author", name: author.handle, called: author.display_name },
    ...(ai_label === "human" ? [] : [{ kind: "ai_label", name: ai_label, called: made } as const]),
  ];
}

export function useMute() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ kind, name }: Muted) =>
      ok(api.PUT("/api/v1/feed/mutes/{kind}/{name}", { params: { path: { kind, name } } })),
    onSuccess: (_, muted) => {
      client.setQueryData<SummaryPages>(keys.feed("you"), (feed) => feed && without(feed, muted));
      void client.invalidateQueries({ queryKey: keys.mutes });
      toast(`Your feed shows no more of ${muted.called}. Settings, Feed takes it back.`);
    },
    onError: toastError,
  });
}

/** The pages without what is muted. */
export function without(feed: SummaryPages, { kind, name }: Muted): SummaryPages {
  const stays = (shader: ShaderSummary) => !mutable(shader).some((one) => one.kind === kind && one.name === name);
  return { ...feed, pages: feed.pages.map((page) => ({ ...page, items: page.items.filter(stays) })) };
}
