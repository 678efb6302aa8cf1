/** Arrow keys, Home and End move between the cards of a grid; a card that was opened by keyboard has the focus again on return. */

import { type KeyboardEvent, type MouseEvent, type RefObject, useEffect } from "react";
import { useLocation, useNavigationType } from "react-router";
import { neighbour } from "./cardLayout";
import { cardOf } from "./useActiveCard";

const opened = new Map<string, string>();

export function useCardKeys(list: RefObject<HTMLElement | null>) {
  const { key } = useLocation();
  const returned = useNavigationType() === "POP";
  useEffect(() => {
    const id = returned ? opened.get(key) : undefined;
    if (id !== undefined)
      list.current
        ?.querySelector<HTMLElement>(`[data-shader="${CSS.escape(id)}"] [data-card]`)
        ?.focus({ preventScroll: true });
  }, [list, key, returned]);
  return {
    onKeyDown: (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLElement)) return;
      if (!event.target.matches("[data-card]")) return;
      const cards = [...(list.current?.children ?? [])];
      const from = cards.findIndex((card) => card.contains(event.target as Node));
      const to = neighbour(
        cards.map((card) => card.getBoundingClientRect()),
        from,
        event.key,
      );
      if (to === null) return;
      event.preventDefault();
      cards[to]?.querySelector<HTMLElement>("[data-card]")?.focus();
    },
    onClick: (event: MouseEvent) => {
      const id = cardOf(event.target);
      if (event.detail === 0 && id !== null) opened.set(key, id);
    },
  };
}
