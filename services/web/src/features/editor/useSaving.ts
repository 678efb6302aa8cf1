import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useNavigate } from "react-router";
import { invalidateShaderLists, keys } from "../../api/keys";
import { STAYS } from "../../app/stays";
import { say } from "../../components/toasts";
import { type Draft, isUnfinished, savedAs } from "../../lib/drafts/draft";
import { refusalsOf } from "../../lib/refusals";
import type { Desk } from "./desk";
import { type Outcome, publish, save } from "./saving";

/** Where the draft is: the address that opens it again. */
export function addressOf(draft: Draft): string {
  const query = isUnfinished(draft) ? `?draft=${draft.id}` : "";
  return `${draft.workId === null ? "/new" : `/edit/${draft.workId}`}${query}`;
}

export interface Saving {
  readonly save: () => Promise<void>;
  /** The refusal, for the fields of a form; null where it is published or the page has said what happened. */
  readonly publish: () => Promise<unknown>;
}

/** Brings the draft to the server, and the page to where it then belongs. Texts written meanwhile stay. */
export function useSaving(desk: Desk): Saving {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const run = useCallback(
    async (how: typeof save): Promise<Outcome | null> => {
      if (desk.state.getState().saving) return null;
      desk.set({ saving: true });
      await desk.keep();
      const sent = desk.draft;
      const outcome = await how(sent).finally(() => desk.set({ saving: false }));
      desk.set({ signedOut: outcome.kind === "signed-out" });
      if (outcome.kind === "stale") desk.setMerge(outcome.merge);
      if (outcome.kind !== "saved") return outcome;
      const { workId, base, inheritedLicence } = outcome.draft;
      if (workId === null) return outcome;
      const now = { ...savedAs(desk.draft, { workId, version: base.version, sent }), inheritedLicence };
      desk.change(now);
      void queries.invalidateQueries({ queryKey: keys.shader(workId) });
      void invalidateShaderLists(queries);
      return outcome;
    },
    [desk, queries],
  );
  return {
    save: useCallback(async () => {
      const isNew = desk.draft.workId === null;
      const outcome = await run(save);
      if (outcome?.kind === "refused") say(`${reasonOf(outcome.error)} The text is kept in this browser.`, "bad");
      if (outcome?.kind !== "saved") return;
      say(isNew ? "Saved as a draft that only you see" : `Saved as version ${outcome.draft.base.version}`);
      await navigate(addressOf(desk.draft), { replace: true, state: STAYS });
    }, [desk, run, navigate]),
    publish: useCallback(async () => {
      const outcome = await run(publish);
      if (outcome?.kind === "refused") return outcome.error;
      if (outcome?.kind !== "saved") return null;
      await desk.keep();
      await navigate(`/s/${outcome.draft.workId}`);
      return null;
    }, [desk, run, navigate]),
  };
}

/** The refusal as a sentence. */
function reasonOf(error: unknown): string {
  const { fields, rest } = refusalsOf(error);
  return rest ?? Object.values(fields)[0] ?? "It was not saved.";
}
