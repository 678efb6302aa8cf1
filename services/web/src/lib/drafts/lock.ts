/** Which tab has which draft open: by Web Locks, which end with the tab, also when it crashes. */

import { newId } from "../../api/newId";

const PREFIX = "fractafrag.draft.";

/** This load of the page. */
export const TAB = newId();

/** Resolves to the function that releases the lock, or to null where another tab holds it. */
export function lockDraft(id: string): Promise<(() => void) | null> {
  if (!("locks" in navigator)) return Promise.resolve(() => undefined);
  return new Promise((answer, failed) => {
    const held = navigator.locks.request(PREFIX + id, { ifAvailable: true }, (lock) => {
      if (lock === null) return answer(null);
      return new Promise<void>((release) => answer(release));
    });
    held.catch(failed);
  });
}

/** The drafts that some tab has open. */
export async function lockedDrafts(): Promise<Set<string>> {
  if (!("locks" in navigator)) return new Set();
  const { held = [] } = await navigator.locks.query();
  const names = held.map(({ name }) => name ?? "").filter((name) => name.startsWith(PREFIX));
  return new Set(names.map((name) => name.slice(PREFIX.length)));
}
