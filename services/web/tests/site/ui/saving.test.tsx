import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { MemoryRouter } from "react-router";
import { expect, test } from "vitest";
import { renderHook } from "vitest-browser-react";
import { keys } from "../../../src/api/keys";
import { EditorStore } from "../../../src/features/editor/editorStore";
import { draftOfOwn } from "../../../src/features/editor/opening";
import { publish } from "../../../src/features/editor/saving";
import { useSaving } from "../../../src/features/editor/useSaving";
import { isUnfinished, NO_DETAILS, newDraft } from "../../../src/lib/drafts/draft";
import { MemoryStore } from "../../../src/lib/drafts/store";
import { INITIAL_CHOICES } from "../../../src/lib/shaderChoices";
import { ADA, fakeApi, signInAs, TIDE } from "./support";

const api = fakeApi();

test("saving in the editor sends the choices and makes every list stale that may show the shader", async () => {
  api.current.on("POST /api/v1/shaders", TIDE);
  await signInAs(ADA);
  const client = new QueryClient();
  const lists = [keys.search({ q: "tide" }), keys.feed("new"), keys.shadersOf("ada", "draft")];
  for (const key of lists) client.setQueryData(key, { pages: [], pageParams: [] });
  const editor = new EditorStore(newDraft(TIDE.source), new MemoryStore(), () => undefined);
  const { result, unmount } = await renderHook(() => useSaving(editor), {
    wrapper: ({ children }) => (
      <QueryClientProvider client={client}>
        <MemoryRouter>{children}</MemoryRouter>
      </QueryClientProvider>
    ),
  });
  editor.describe({ ai_label: "ai-assisted" });
  await result.current.save();
  const sent = { ...INITIAL_CHOICES, ai_label: "ai-assisted", visibility: "draft" };
  expect(api.current.to("POST /api/v1/shaders")[0]?.body).toMatchObject(sent);
  expect(editor.draft.shaderId).toBe("tide");
  expect(lists.map((key) => client.getQueryState(key)?.isInvalidated)).toEqual([true, true, true]);
  editor.dispose();
  await unmount();
});

test("publishing a new version of a draft says that all versions are to be seen only when told", async () => {
  const made = { ...TIDE, version: 2 };
  api.current.on("POST /api/v1/shaders/tide/versions", made).on("PATCH /api/v1/shaders/tide", made);
  await signInAs(ADA);
  const draft = { ...draftOfOwn(TIDE), source: `${TIDE.source} // more` };
  await publish(draft);
  await publish(draft, true);
  const bodies = api.current.to("PATCH /api/v1/shaders/tide").map(({ body }) => body);
  expect(bodies[0]).not.toHaveProperty("public_from");
  expect(bodies[1]).toMatchObject({ visibility: "public", public_from: 1 });
});

test("a new text begins with the account's licence, unless one was chosen or it is a fork", () => {
  const open = () => new EditorStore(newDraft(TIDE.source), new MemoryStore(), () => undefined);
  const fresh = open();
  fresh.beginWith({ licence: "MIT" });
  expect(fresh.draft.details.licence).toBe("MIT");
  expect(isUnfinished(fresh.draft)).toBe(false);
  const chosen = open();
  chosen.describe({ licence: "CC0-1.0" });
  chosen.beginWith({ licence: "MIT" });
  expect(chosen.draft.details.licence).toBe("CC0-1.0");
});

test("a fork of one's own shader keeps tags and licence, and nothing that was said about it", () => {
  const editor = new EditorStore({ ...newDraft(TIDE.source), shaderId: "tide" }, new MemoryStore(), () => undefined);
  const kept = { tags: ["sea"], licence: "MIT" } as const;
  editor.describe({ ...kept, title: "Tide", description: "Deep.", ai_label: "ai-generated" });
  editor.fork("Ada");
  expect(editor.draft.details).toEqual({ ...NO_DETAILS, ...kept });
  editor.dispose();
});
