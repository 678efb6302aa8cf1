/**
 * The store of drafts: in IndexedDB, or in memory where the browser has none (`persistent` is then false, and the
 * page says so).
 *
 * Two tabs never overwrite each other. A tab that opens a draft holds its Web Lock (lock.ts) and writes its own name into
 * it (`lock`); a tab that finds it locked works on a copy. `write` compares the name in the same transaction, so that a
 * tab that lost its lock meanwhile (a frozen tab) learns of it, and goes on under a new id.
 */

import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { type Details, type Draft, NO_DETAILS, newestFirst } from "./draft";

export interface DraftStore {
  readonly persistent: boolean;
  /** The newest first. */
  list(): Promise<Draft[]>;
  read(id: string): Promise<Draft | null>;
  /** Reads it and makes `tab` its owner. */
  lock(id: string, tab: string): Promise<Draft | null>;
  /** False where another tab owns it. */
  write(draft: Draft): Promise<boolean>;
  /** With `tab` only where that tab owns it. */
  remove(id: string, tab?: string): Promise<void>;
}

interface Schema extends DBSchema {
  drafts: { key: string; value: Draft };
}

/** What was stored before November 2026 names the shader `workId`. */
function migrated({ workId, ...draft }: Draft & { readonly workId?: string | null }): Draft {
  return {
    ...draft,
    shaderId: draft.shaderId ?? workId ?? null,
    base: { ...draft.base, details: migratedDetails(draft.base.details) },
    details: migratedDetails(draft.details),
  };
}

/** Before December 2026 `ai_label` was stored as `aiLabel`. What was stored before a detail existed has its default. */
function migratedDetails({ aiLabel, ...details }: Details & { readonly aiLabel?: Details["ai_label"] }): Details {
  return { ...NO_DETAILS, ...(aiLabel && { ai_label: aiLabel }), ...details };
}

class IndexedDbStore implements DraftStore {
  readonly persistent = true;

  constructor(private readonly db: IDBPDatabase<Schema>) {}

  async list(): Promise<Draft[]> {
    return newestFirst((await this.db.getAll("drafts")).map(migrated));
  }

  async read(id: string): Promise<Draft | null> {
    const found = await this.db.get("drafts", id);
    return found === undefined ? null : migrated(found);
  }

  async lock(id: string, tab: string): Promise<Draft | null> {
    const transaction = this.db.transaction("drafts", "readwrite");
    const found = await transaction.store.get(id);
    const locked = found === undefined ? null : { ...migrated(found), tab };
    if (locked !== null) await transaction.store.put(locked);
    await transaction.done;
    return locked;
  }

  async write(draft: Draft): Promise<boolean> {
    // Strict: on disk when it says so, because what follows may be a crash of the machine.
    const transaction = this.db.transaction("drafts", "readwrite", { durability: "strict" });
    const found = await transaction.store.get(draft.id);
    const ours = found === undefined || found.tab === draft.tab;
    if (ours) await transaction.store.put(draft);
    await transaction.done;
    return ours;
  }

  async remove(id: string, tab?: string): Promise<void> {
    const transaction = this.db.transaction("drafts", "readwrite");
    const found = await transaction.store.get(id);
    if (found !== undefined && (tab === undefined || found.tab === tab)) await transaction.store.delete(id);
    await transaction.done;
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

  async lock(id: string, tab: string): Promise<Draft | null> {
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
    return new IndexedDbStore(db);
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
