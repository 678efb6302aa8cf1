import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, intention, ok } from "../../api/client";
import { keys } from "../../api/keys";
import { NO_DETAILS, newDraft } from "../../lib/drafts/draft";
import { draftStore } from "../../lib/drafts/store";
import type { FoundWork } from "./document";

/** Makes a draft of one's own on the site. */
export function useImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ document }: FoundWork) =>
      ok(
        api.POST("/api/v1/shaders/import", {
          body: { shadertoy: document, visibility: "draft" },
          headers: intention(),
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.users }),
  });
}

/** Keeps GLSL as an unfinished draft in this browser; gives the address at which the editor opens it. */
export async function keepForEditor(source: string, title: string): Promise<string> {
  const draft = newDraft(source, { details: { ...NO_DETAILS, title } });
  const store = await draftStore();
  // It began with nothing, so that all of it counts as unfinished.
  await store.write({ ...draft, base: { ...draft.base, source: "" }, updatedAt: Date.now() });
  return `/new?draft=${draft.id}`;
}
