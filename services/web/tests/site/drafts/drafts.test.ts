import { deleteDB } from "idb";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { Autosave, type AutosaveHooks } from "../../../src/lib/drafts/autosave";
import { type Draft, hasNewCode, isUnfinished, nameOf, newDraft, savedAs } from "../../../src/lib/drafts/draft";
import { lockDraft, lockedDrafts } from "../../../src/lib/drafts/lock";
import { type DraftStore, MemoryStore, openStore } from "../../../src/lib/drafts/store";

const SOURCE = "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }\n";

function fresh(): Promise<DraftStore> {
  const name = `test-${crypto.randomUUID()}`;
  onTestFinished(() => void deleteDB(name));
  return openStore(name);
}

function edited(text: string, tab = "one") {
  return { ...newDraft(SOURCE), source: text, tab, updatedAt: 1 };
}

function autosave(store: DraftStore, hooks: Partial<AutosaveHooks> = {}): Autosave {
  const made = new Autosave(store, {
    onSaved: () => undefined,
    onFailed: () => undefined,
    onMoved: () => undefined,
    ...hooks,
  });
  onTestFinished(() => made.close());
  return made;
}

describe("a draft", () => {
  test("is unfinished when anything differs from what it began with", () => {
    const draft = newDraft(SOURCE);
    expect(isUnfinished(draft)).toBe(false);
    expect(isUnfinished({ ...draft, source: `${SOURCE} ` })).toBe(true);
    expect(isUnfinished({ ...draft, details: { ...draft.details, title: "Tide" } })).toBe(true);
    expect(isUnfinished({ ...draft, parameterValues: { speed: 2 } })).toBe(true);
    expect(hasNewCode({ ...draft, details: { ...draft.details, title: "Tide" } })).toBe(false);
  });

  test("does not care in which order its values were set", () => {
    const draft = {
      ...newDraft(SOURCE, { parameterValues: { a: 1, b: [1, 2] } }),
      parameterValues: { b: [1, 2], a: 1 },
    };
    expect(isUnfinished(draft)).toBe(false);
  });

  test("keeps what was typed while it was being saved", () => {
    const sent = edited("first");
    const saved = savedAs({ ...sent, source: "second" }, { shaderId: "W", version: 1, sent });
    expect(saved).toMatchObject({ shaderId: "W", source: "second", base: { version: 1, source: "first" } });
    expect(isUnfinished(saved)).toBe(true);
  });

  test.each([
    ["// Northern lights\nvoid main() {}", "Northern lights"],
    ["#version 300 es\nprecision highp float;\n/* Sea */", "Sea"],
    ["", "Untitled"],
  ])("is named after its text %j", (source, name) => {
    expect(nameOf(newDraft(source))).toBe(name);
  });
});

describe.each([
  ["IndexedDB", fresh],
  ["memory", async () => new MemoryStore()],
])("drafts in %s", (_, open) => {
  test("come back as they were, the newest first", async () => {
    const store = await open();
    const [old, young] = [edited("old"), { ...edited("young"), updatedAt: 2 }];
    await store.write(old);
    await store.write(young);
    expect(await store.list()).toEqual([young, old]);
    await store.remove(young.id);
    expect(await store.list()).toEqual([old]);
    expect(await store.read(young.id)).toBeNull();
  });

  test("are not overwritten by a tab that no longer has them", async () => {
    const store = await open();
    const draft = edited("first tab");
    expect(await store.write(draft)).toBe(true);
    expect(await store.lock(draft.id, "two")).toMatchObject({ source: "first tab", tab: "two" });
    expect(await store.write({ ...draft, source: "late" })).toBe(false);
    await store.remove(draft.id, "one");
    expect(await store.read(draft.id)).toMatchObject({ source: "first tab" });
  });
});

test("a draft that was stored as the edit of a `workId` is read as that of its shader", async () => {
  const store = await fresh();
  const { shaderId: _, ...old } = edited("old");
  await store.write({ ...old, workId: "tide" } as unknown as Draft);
  expect(await store.list()).toMatchObject([{ id: old.id, shaderId: "tide" }]);
  expect(await store.lock(old.id, "two")).toMatchObject({ shaderId: "tide", tab: "two" });
});

test("a draft that was stored before a choice existed has its default", async () => {
  const store = await fresh();
  const draft = edited("old");
  const { title, description, tags, licence, stillTime } = draft.details;
  const details = { title, description, tags, licence, stillTime };
  await store.write({ ...draft, details, base: { ...draft.base, details } } as unknown as Draft);
  expect(await store.read(draft.id)).toEqual(draft);
});

test("a draft that was stored with an `aiLabel` keeps it", async () => {
  const store = await fresh();
  const draft = edited("old");
  const { ai_label: _, ...details } = draft.details;
  const old = { ...details, aiLabel: "ai-generated" };
  await store.write({ ...draft, details: old, base: { ...draft.base, details: old } } as unknown as Draft);
  const read = { ...details, ai_label: "ai-generated" };
  expect(await store.read(draft.id)).toEqual({ ...draft, details: read, base: { ...draft.base, details: read } });
});

test("without IndexedDB the drafts are in memory, and say so", async () => {
  const spy = vi.spyOn(indexedDB, "open").mockImplementation(() => {
    throw new DOMException("denied", "SecurityError");
  });
  onTestFinished(() => spy.mockRestore());
  expect((await openStore()).persistent).toBe(false);
});

describe("autosave", () => {
  afterEach(() => void vi.useRealTimers());

  test("keeps the last of many changes within 300 ms", async () => {
    const store = await fresh();
    const made = autosave(store);
    const draft = edited("a");
    for (const source of ["a", "ab", "abc"]) made.change({ ...draft, source });
    expect(await store.list()).toEqual([]);
    await vi.waitFor(async () => expect(await store.read(draft.id)).toMatchObject({ source: "abc" }), { timeout: 600 });
  });

  test("does not wait for a pause longer than a second", async () => {
    const kept = vi.fn();
    const made = autosave(new MemoryStore(), { onSaved: kept });
    const draft = edited("a");
    const typing = setInterval(() => made.change(draft), 50);
    onTestFinished(() => clearInterval(typing));
    await vi.waitFor(() => expect(kept).toHaveBeenCalled(), { timeout: 1500 });
  });

  test.each(["pagehide", "visibilitychange"])("keeps at once on %s", async (event) => {
    const store = new MemoryStore();
    const draft = edited("a");
    const made = autosave(store);
    made.change(draft);
    (event === "pagehide" ? window : document).dispatchEvent(new Event(event));
    await Promise.resolve();
    await made.flush();
    expect(await store.read(draft.id)).toMatchObject({ source: "a" });
  });

  test("removes what is finished", async () => {
    const store = new MemoryStore();
    const draft = edited("a");
    await store.write(draft);
    const made = autosave(store);
    made.change({ ...draft, source: SOURCE });
    await made.flush();
    expect(await store.list()).toEqual([]);
  });

  test("goes on under a new id when another tab took the draft", async () => {
    const store = new MemoryStore();
    const draft = edited("a");
    await store.write(draft);
    await store.lock(draft.id, "two");
    const moved = vi.fn();
    const made = autosave(store, { onMoved: moved });
    made.change({ ...draft, source: "mine" });
    await made.flush();
    made.change({ ...draft, source: "mine too" });
    await made.flush();
    expect(moved).toHaveBeenCalledTimes(1);
    expect((await store.list()).map(({ source }) => source).sort()).toEqual(["a", "mine too"]);
  });

  test("says when the browser refuses", async () => {
    const failed = vi.fn();
    const store = new MemoryStore();
    vi.spyOn(store, "write").mockRejectedValue(new DOMException("full", "QuotaExceededError"));
    const made = autosave(store, { onFailed: failed });
    made.change(edited("a"));
    await made.flush();
    expect(failed).toHaveBeenCalledOnce();
  });
});

test("a draft is locked by one tab at a time", async () => {
  const id = crypto.randomUUID();
  const release = await lockDraft(id);
  expect(release).not.toBeNull();
  expect(await lockDraft(id)).toBeNull();
  expect(await lockedDrafts()).toContain(id);
  release?.();
  await vi.waitFor(async () => expect(await lockDraft(id)).not.toBeNull());
});
