/**
 * Where drafts are kept: in IndexedDB, or in memory where the browser has none (`persistent` is then false, and the
 * page says so).
 *
 * Two tabs never overwrite each other. A tab that opens a draft claims it (claim.ts) and marks it with its own name
 * (`take`); a tab that finds it claimed works on a copy of its own. `write` looks at the mark in the same transaction,
 * so that a tab whose draft was taken over meanwhile (a frozen tab that the browser let sleep) is told, and goes on
 * under a new id.
 */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { type Draft, newestFirst } from "./draft";

export interface DraftStore {
  readonly persistent: boolean;
  /** The newest first. */
  list(): Promise<Draft[]>;
  read(id: string): Promise<Draft | null>;
  /** Reads it and marks it as `tab`'s. */
  take(id: string, tab: string): Promise<Draft | null>;
  /** False where another tab has taken it. */
  write(draft: Draft): Promise<boolean>;
  /** With `tab` only where that tab has it. */
  remove(id: string, tab?: string): Promise<void>;
}

interface Schema extends DBSchema {
  drafts: { key: string; value: Draft };
}

class KeptStore implements DraftStore {
  readonly persistent = true;

  constructor(private readonly db: IDBPDatabase<Schema>) {}

  async list(): Promise<Draft[]> {
    return newestFirst(await this.db.getAll("drafts"));
  }

  async read(id: string): Promise<Draft | null> {
    return (await this.db.get("drafts", id)) ?? null;
  }

  async take(id: string, tab: string): Promise<Draft | null> {
    const work = this.db.transaction("drafts", "readwrite");
    const found = await work.store.get(id);
    if (found !== undefined) await work.store.put({ ...found, tab });
    await work.done;
    return found === undefined ? null : { ...found, tab };
  }

  async write(draft: Draft): Promise<boolean> {
    // Strict: on disk when it says so, because what follows may be a crash of the machine.
    const work = this.db.transaction("drafts", "readwrite", { durability: "strict" });
    const found = await work.store.get(draft.id);
    const ours = found === undefined || found.tab === draft.tab;
    if (ours) await work.store.put(draft);
    await work.done;
    return ours;
  }

  async remove(id: string, tab?: string): Promise<void> {
    const work = this.db.transaction("drafts", "readwrite");
    const found = await work.store.get(id);
    if (found !== undefined && (tab === undefined || found.tab === tab)) await work.store.delete(id);
    await work.done;
  }
}

export class MemoryStore implements DraftStore {
  readonly persistent = false;
  private readonly drafts = new Map<string, Draft>();

  async list(): Promise<Draft[]> {
    return newestFirst([...this.drafts.values()]);
  }

  async read(id: string): Promise<Draft | null> {
    return this.drafts.get(id) ?? null;
  }

  async take(id: string, tab: string): Promise<Draft | null> {
    const found = this.drafts.get(id);
    if (found !== undefined) this.drafts.set(id, { ...found, tab });
    return this.read(id);
  }

  async write(draft: Draft): Promise<boolean> {
    const found = this.drafts.get(draft.id);
    if (found !== undefined && found.tab !== draft.tab) return false;
    this.drafts.set(draft.id, draft);
    return true;
  }

  async remove(id: string, tab?: string): Promise<void> {
    if (tab === undefined || this.drafts.get(id)?.tab === tab) this.drafts.delete(id);
  }
}

/** The store of this browser; never fails. */
export async function openStore(name = "fractafrag"): Promise<DraftStore> {
  try {
    const db = await openDB<Schema>(name, 1, {
      upgrade: (made) => void made.createObjectStore("drafts", { keyPath: "id" }),
    });
    return new KeptStore(db);
  } catch {
    return new MemoryStore();
  }
}

let opened: Promise<DraftStore> | null = null;

/** One store for the page. */
export function draftStore(): Promise<DraftStore> {
  opened ??= openStore();
  return opened;
}
