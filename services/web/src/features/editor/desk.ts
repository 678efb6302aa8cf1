/**
 * One opened draft: its text, what the compiler said of it, and where it is kept. React draws it (`useDesk`), the
 * keeper writes it down, and all changes go through here.
 */

import { createContext, useContext } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { CompileResult, ParameterValue, ParameterValues } from "../../../runtime";
import { TAB } from "../../lib/drafts/claim";
import { type Details, type Draft, isUnfinished, type OpenMerge } from "../../lib/drafts/draft";
import { Keeper } from "../../lib/drafts/keeper";
import type { DraftStore } from "../../lib/drafts/store";
import { newId } from "../../lib/ids";
import type { Player } from "../../player/Player";
import type { CodeHandle } from "./code/code";

export type Panel = "publish" | "keys" | "solid" | null;

export interface DeskState {
  readonly draft: Draft;
  readonly keptAt: number | null;
  readonly storage: "kept" | "memory" | "failed";
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

export class Desk {
  readonly state: StoreApi<DeskState>;
  /** The same as long as the desk is open, also when the draft gets another id. */
  readonly key = newId();
  code: CodeHandle | null = null;
  private readonly keeper: Keeper;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private startedAt = performance.now();

  constructor(
    draft: Draft,
    private readonly store: DraftStore,
    private readonly release: () => void,
  ) {
    this.state = createStore<DeskState>(() => ({
      draft: { ...draft, tab: TAB },
      keptAt: draft.updatedAt || null,
      storage: store.persistent ? "kept" : "memory",
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
    this.keeper = new Keeper(store, {
      onKept: (keptAt) => this.set({ keptAt, storage: store.persistent ? "kept" : "memory" }),
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

  set(change: Partial<DeskState>): void {
    this.state.setState(change);
  }

  /** Every change of the draft goes through here, and is kept. */
  change(change: Partial<Draft>): void {
    const draft = { ...this.draft, ...change, tab: TAB, updatedAt: Date.now() };
    this.set({ draft });
    this.keeper.change(draft);
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

  setValue(name: string, value: ParameterValue | null): void {
    const { [name]: _, ...others } = this.draft.parameterValues;
    const parameterValues: ParameterValues = value === null ? others : { ...others, [name]: value };
    this.change({ parameterValues });
  }

  /** The text as it stands becomes a fork of the work that it was an edit of. */
  fork(author: string): void {
    const { workId, base, details, inheritedLicence } = this.draft;
    if (workId === null) return;
    const origin = { id: workId, version: base.version, title: base.details.title, author, licence: inheritedLicence };
    const begun = { version: 0, source: "", parameterValues: {}, details: base.details };
    this.change({ workId: null, origin, base: begun, details: { ...details, visibility: "public", stillTime: null } });
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
    if (source === this.draft.source) this.code?.mark(result.errors);
  }

  setAsYouType(asYouType: boolean): void {
    localStorage.setItem(AS_YOU_TYPE, asYouType ? "on" : "off");
    this.set({ asYouType });
    if (asYouType) this.compile();
  }

  /** Resolves when all is kept in the browser. */
  keep(): Promise<void> {
    return this.keeper.flush();
  }

  /** The draft is on the server as it is, so nothing of it need be kept here. */
  async discard(): Promise<void> {
    await this.keep();
    await this.store.remove(this.draft.id, TAB);
  }

  get isUnfinished(): boolean {
    return isUnfinished(this.draft);
  }

  dispose(): void {
    clearTimeout(this.timer);
    void this.keeper.close().finally(this.release);
  }
}

const DeskContext = createContext<Desk | null>(null);
export const DeskProvider = DeskContext.Provider;

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error("there is no desk here");
  return desk;
}

export function useDeskState<T>(select: (state: DeskState) => T): T {
  return useStore(useDesk().state, select);
}
