import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useNavigate } from "react-router";
import { invalidateShaderLists, keys } from "../../api/keys";
import { toast } from "../../components/ui/toastStore";
import { apiErrorsOf } from "../../lib/apiErrors";
import { type Draft, isUnfinished, savedAs } from "../../lib/drafts/draft";
import { KEEP_SCROLL } from "../../lib/keepScroll";
import { answering } from "../shaders/desires/Answering";
import type { EditorStore } from "./editorStore";
import { type Outcome, publish, save } from "./saving";

/** Where the draft is: the address that opens it again. */
export function addressOf(draft: Draft): string {
  const query = new URLSearchParams();
  if (isUnfinished(draft)) query.set("draft", draft.id);
  else if (draft.desire) query.set("desire", draft.desire);
  return `${draft.shaderId === null ? "/new" : `/edit/${draft.shaderId}`}${query.size > 0 ? `?${query}` : ""}`;
}

export interface Saving {
  readonly save: () => Promise<void>;
  /** The error, for the fields of a form; null where it is published or the page has shown what happened. */
  readonly publish: (allVersions: boolean) => Promise<unknown>;
}

/** Brings the draft to the server, and the page to where it then belongs. Texts written meanwhile stay. */
export function useSaving(editor: EditorStore): Saving {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const run = useCallback(
    async (how: (draft: Draft) => Promise<Outcome>): Promise<Outcome | null> => {
      if (editor.state.getState().saving) return null;
      editor.set({ saving: true });
      await editor.flush();
      const sent = editor.draft;
      const outcome = await how(sent).finally(() => editor.set({ saving: false }));
      editor.set({ signedOut: outcome.kind === "signed-out" });
      if (outcome.kind === "stale") editor.setMerge(outcome.merge);
      if (outcome.kind !== "saved") return outcome;
      const { shaderId, base, inheritedLicence } = outcome.draft;
      if (shaderId === null) return outcome;
      const now = { ...savedAs(editor.draft, { shaderId, version: base.version, sent }), inheritedLicence };
      editor.change(now);
      void queries.invalidateQueries({ queryKey: keys.shader(shaderId) });
      void invalidateShaderLists(queries);
      return outcome;
    },
    [editor, queries],
  );
  return {
    save: useCallback(async () => {
      const isNew = editor.draft.shaderId === null;
      const outcome = await run(save);
      if (outcome?.kind === "rejected") toast(`${reasonOf(outcome.error)} The text is kept in this browser.`, "bad");
      if (outcome?.kind !== "saved") return;
      toast(isNew ? "Saved as a draft that only you see" : `Saved as version ${outcome.draft.base.version}`);
      await navigate(addressOf(editor.draft), { replace: true, state: KEEP_SCROLL });
    }, [editor, run, navigate]),
    publish: useCallback(
      async (allVersions) => {
        const outcome = await run((draft) => publish(draft, allVersions));
        if (outcome?.kind === "rejected") return outcome.error;
        if (outcome?.kind !== "saved") return null;
        await editor.flush();
        await navigate(`/s/${outcome.draft.shaderId}`, { state: answering(outcome.draft) });
        return null;
      },
      [editor, run, navigate],
    ),
  };
}

/** The error as a message. */
function reasonOf(error: unknown): string {
  const { fields, rest } = apiErrorsOf(error);
  return rest ?? Object.values(fields)[0] ?? "It was not saved.";
}
