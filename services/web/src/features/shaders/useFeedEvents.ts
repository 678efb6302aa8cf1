/** Records impressions (a card half in view for a second) and dwells (how long a card was selected). */

import { type RefObject, useEffect } from "react";
import { recordDwell, recordImpression } from "../../lib/feedEvents";
import { cardOf } from "./useActiveCard";

const SEEN_MS = 1000;

export function useFeedEvents(
  list: RefObject<HTMLElement | null>,
  recorded: boolean,
  cards: number,
  selected: string | null,
): void {
  useEffect(() => {
    const elements = [...(list.current?.children ?? [])].slice(0, cards);
    return recorded ? watch(elements) : undefined;
  }, [list, recorded, cards]);
  useEffect(() => {
    if (!recorded || selected === null) return;
    const since = performance.now();
    return () => recordDwell(selected, performance.now() - since);
  }, [recorded, selected]);
}

function watch(elements: readonly Element[]): () => void {
  const timers = new Map<Element, ReturnType<typeof setTimeout>>();
  const seen = (element: Element) => {
    observer.unobserve(element);
    const id = cardOf(element);
    if (id !== null) recordImpression(id, elements.indexOf(element));
  };
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(timers.get(target));
        if (isIntersecting)
          timers.set(
            target,
            setTimeout(() => seen(target), SEEN_MS),
          );
      }
    },
    { threshold: 0.5 },
  );
  for (const element of elements) observer.observe(element);
  return () => {
    observer.disconnect();
    for (const timer of timers.values()) clearTimeout(timer);
  };
}
