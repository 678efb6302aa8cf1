/** Tells the feed which cards were half in view for a second, and how long one was asked for. */

import { type RefObject, useEffect } from "react";
import { recordDwell, recordImpression } from "../lib/events";
import { cardOf } from "./useAttention";

const SEEN_MS = 1000;

export function useRecorded(
  list: RefObject<HTMLElement | null>,
  recorded: boolean,
  cards: number,
  asked: string | null,
): void {
  useEffect(() => {
    const elements = [...(list.current?.children ?? [])].slice(0, cards);
    return recorded ? watch(elements) : undefined;
  }, [list, recorded, cards]);
  useEffect(() => {
    if (!recorded || asked === null) return;
    const since = performance.now();
    return () => recordDwell(asked, performance.now() - since);
  }, [recorded, asked]);
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
