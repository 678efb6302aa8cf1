/** J and K or the arrow keys go from notice to notice, Enter opens one, E marks it as read. */

import type { KeyboardEvent, RefObject } from "react";

const STEPS: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

export function useNoticeKeys(list: RefObject<HTMLElement | null>, onRead: (id: string) => void) {
  const lines = () => [...(list.current?.querySelectorAll<HTMLElement>("[data-notice]") ?? [])];
  const go = (from: number, step: number): boolean => {
    const link = lines()[from + step]?.querySelector("a");
    link?.focus();
    return link != null;
  };
  const indexOf = (id: string) => lines().findIndex((line) => line.dataset["notice"] === id);
  /** Before the notice goes, or its button: the focus stays in the list. */
  const leave = (id: string) => {
    const from = indexOf(id);
    if (!go(from, 1) && !go(from, -1)) go(from, 0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof Element)) return;
    const id = event.target.closest<HTMLElement>("[data-notice]")?.dataset["notice"];
    if (id === undefined) return;
    const step = STEPS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      go(indexOf(id), step);
    } else if (event.key === "e") {
      leave(id);
      onRead(id);
    }
  };
  return { leave, onKeyDown };
}
