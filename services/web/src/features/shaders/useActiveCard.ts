/** Which cards of a grid are active: the one under the pointer and the one with the focus; with neither, on a screen without a pointer, the one in the middle. */

import { type FocusEvent, type PointerEvent, type RefObject, useEffect, useState } from "react";
import { nearestTo } from "./cardLayout";

const NO_POINTER = window.matchMedia("(hover: none), (pointer: coarse)");
const SETTLED_MS = 160;

export function useActiveCard(list: RefObject<HTMLElement | null>) {
  const [pointed, setPointed] = useState<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const middle = useMiddle(list);
  return {
    pointed,
    focused,
    inView: pointed === null && focused === null ? middle : null,
    handlers: {
      onPointerOver: (event: PointerEvent) => {
        if (event.pointerType !== "touch") setPointed(cardOf(event.target));
      },
      onPointerLeave: () => setPointed(null),
      onFocus: ({ target }: FocusEvent) => {
        if (target.matches(":focus-visible")) setFocused(cardOf(target));
      },
      onBlur: ({ relatedTarget }: FocusEvent) => setFocused((now) => (cardOf(relatedTarget) === now ? now : null)),
    },
  };
}

export function cardOf(target: EventTarget | null): string | null {
  const card = target instanceof Element ? target.closest<HTMLElement>("[data-shader]") : null;
  return card?.dataset["shader"] ?? null;
}

/** The card nearest to the middle of the view, once scrolling has come to rest. */
function useMiddle(list: RefObject<HTMLElement | null>): string | null {
  const [middle, setMiddle] = useState<string | null>(null);
  useEffect(() => {
    if (!NO_POINTER.matches) return;
    const look = () => {
      const cards = [...(list.current?.children ?? [])].filter(isInView);
      const boxes = cards.map((card) => card.getBoundingClientRect());
      setMiddle(cardOf(cards[nearestTo(boxes, innerWidth / 2, innerHeight / 2) ?? -1] ?? null));
    };
    let timer = setTimeout(look, SETTLED_MS);
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(look, SETTLED_MS);
    };
    window.addEventListener("scroll", later, { passive: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener("scroll", later);
    };
  }, [list]);
  return middle;
}

function isInView(card: Element): boolean {
  const { top, bottom } = card.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
