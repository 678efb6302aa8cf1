import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, idempotencyKey, ok } from "../../api/client";
import { keys } from "../../api/keys";
import { NO_DETAILS, newDraft } from "../../lib/drafts/draft";
import { draftStore } from "../../lib/drafts/store";
import type { FoundShader } from "./document";

/** Imports a document as a draft on the server. */
export function useImport() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ document }: FoundShader) =>
      ok(
        api.POST("/api/v1/shaders/import", {
          body: { shadertoy: document, visibility: "draft" },
          headers: idempotencyKey(),
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.users }),
  });
}

/** Saves GLSL as a draft in this browser; gives the address at which the editor opens it. */
export async function draftForEditor(source: string, title: string): Promise<string> {
  const draft = newDraft(source, { details: { ...NO_DETAILS, title } });
  const store = await draftStore();
  // An empty base, so that the whole source counts as unfinished.
  await store.write({ ...draft, base: { ...draft.base, source: "" }, updatedAt: Date.now() });
  return `/new?draft=${draft.id}`;
}
