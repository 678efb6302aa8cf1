/**
 * The state of the editor for one open draft: its text, the compiler's result, and whether it is saved. React reads it
 * by `useEditorState`, `Autosave` writes it to the browser's storage, and every change goes through `EditorStore`.
 */

import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { CompileResult, ParameterValue, ParameterValues } from "../../../runtime";
import { newId } from "../../api/newId";
import { Autosave } from "../../lib/drafts/autosave";
import { type Details, type Draft, isUnfinished, NO_DETAILS, type OpenMerge, same } from "../../lib/drafts/draft";
import { TAB } from "../../lib/drafts/lock";
import type { DraftStore } from "../../lib/drafts/store";
import type { Player } from "../../player/Player";
import type { CodeHandle } from "./code/code";

export type Panel = "publish" | "keys" | "solid" | null;

export interface EditorState {
  readonly draft: Draft;
  readonly savedAt: number | null;
  readonly storage: "persistent" | "memory" | "failed";
  /** The text that the player has, or is to have. */
  readonly running: string;
  readonly result: CompileResult | null;
  readonly compileMs: number | null;
  readonly compiling: boolean;
  readonly asYouType: boolean;
  readonly saving: boolean;
  readonly signedOut: boolean;
  readonly panel: Panel;
  readonly player: Player | null;
}

const COMPILE_WAIT_MS = 300;
const AS_YOU_TYPE = "fractafrag.compile-as-you-type";

export class EditorStore {
  readonly state: StoreApi<EditorState>;
  /** The same as long as the editor is open, also when the draft gets another id. */
  readonly key = newId();
  code: CodeHandle | null = null;
  private readonly autosave: Autosave;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private startedAt = performance.now();

  constructor(
    draft: Draft,
    private readonly store: DraftStore,
    private readonly release: () => void,
  ) {
    this.state = createStore<EditorState>(() => ({
      draft: { ...draft, tab: TAB },
      savedAt: draft.updatedAt || null,
      storage: store.persistent ? "persistent" : "memory",
      running: draft.source,
      result: null,
      compileMs: null,
      compiling: true,
      asYouType: localStorage.getItem(AS_YOU_TYPE) !== "off",
      saving: false,
      signedOut: false,
      panel: null,
      player: null,
    }));
    this.autosave = new Autosave(store, {
      onSaved: (savedAt) => this.set({ savedAt, storage: store.persistent ? "persistent" : "memory" }),
      onFailed: () => this.set({ storage: "failed" }),
      onMoved: (id) => this.set({ draft: { ...this.draft, id } }),
    });
  }

  get player(): Player | null {
    return this.state.getState().player;
  }

  get draft(): Draft {
    return this.state.getState().draft;
  }

  set(change: Partial<EditorState>): void {
    this.state.setState(change);
  }

  /** Every change of the draft goes through here, and is saved in the browser. */
  change(change: Partial<Draft>): void {
    const draft = { ...this.draft, ...change, tab: TAB, updatedAt: Date.now() };
    this.set({ draft });
    this.autosave.change(draft);
  }

  edit(source: string): void {
    if (source === this.draft.source) return;
    this.change({ source });
    clearTimeout(this.timer);
    if (this.state.getState().asYouType) this.timer = setTimeout(() => this.compile(), COMPILE_WAIT_MS);
  }

  describe(details: Partial<Details>): void {
    this.change({ details: { ...this.draft.details, ...details } });
  }

  /** What a new text's details begin with, where nobody has changed them yet. */
  beginWith(details: Partial<Details>): void {
    const { draft } = this;
    if (draft.shaderId !== null || draft.origin !== null || !same(draft.details, draft.base.details)) return;
    const begun = { ...draft.details, ...details };
    this.set({ draft: { ...draft, details: begun, base: { ...draft.base, details: begun } } });
  }

  setValue(name: string, value: ParameterValue | null): void {
    const { [name]: _, ...others } = this.draft.parameterValues;
    const parameterValues: ParameterValues = value === null ? others : { ...others, [name]: value };
    this.change({ parameterValues });
  }

  /** The text as it stands becomes a fork of the shader that it was an edit of. */
  fork(author: string): void {
    const { shaderId, base, details, inheritedLicence } = this.draft;
    if (shaderId === null) return;
    const origin = {
      id: shaderId,
      version: base.version,
      title: base.details.title,
      author,
      licence: inheritedLicence,
    };
    const begun = { version: 0, source: "", parameterValues: {}, details: base.details };
    const { tags, licence } = details;
    this.change({ shaderId: null, origin, base: begun, details: { ...NO_DETAILS, tags, licence } });
  }

  setMerge(merge: OpenMerge | null): void {
    this.change({ merge });
  }

  /** Another text in the editor, as one step that can be undone. */
  replace(source: string): void {
    this.code?.replace(source);
    this.edit(source);
    this.compile();
  }

  compile(): void {
    clearTimeout(this.timer);
    const { source } = this.draft;
    const { running } = this.state.getState();
    this.startedAt = performance.now();
    this.set({ running: source, compiling: true });
    // The canvas loads each new text by itself.
    if (source === running) void this.player?.load(source).then((result) => result && this.compiled(result, source));
  }

  compiled(result: CompileResult, source: string): void {
    if (source !== this.state.getState().running) return;
    const compileMs = Math.max(1, Math.round(performance.now() - this.startedAt));
    this.set({ result, compileMs, compiling: false });
    if (source === this.draft.source) this.code?.setDiagnostics(result.errors);
  }

  setAsYouType(asYouType: boolean): void {
    localStorage.setItem(AS_YOU_TYPE, asYouType ? "on" : "off");
    this.set({ asYouType });
    if (asYouType) this.compile();
  }

  /** Resolves when every change is saved in the browser. */
  flush(): Promise<void> {
    return this.autosave.flush();
  }

  /** The draft is on the server as it is, so the copy in the browser can go. */
  async discard(): Promise<void> {
    await this.flush();
    await this.store.remove(this.draft.id, TAB);
  }

  get isUnfinished(): boolean {
    return isUnfinished(this.draft);
  }

  dispose(): void {
    clearTimeout(this.timer);
    void this.autosave.close().finally(this.release);
  }
}

const EditorStoreContext = createContext<EditorStore | null>(null);
export const EditorStoreProvider = EditorStoreContext.Provider;

export function useEditorStore(): EditorStore {
  const editor = useContext(EditorStoreContext);
  if (editor === null) throw new Error("useEditorStore is used outside EditorStoreProvider");
  return editor;
}

export function useEditorState<T>(select: (state: EditorState) => T): T {
  return useStore(useEditorStore().state, select);
}
