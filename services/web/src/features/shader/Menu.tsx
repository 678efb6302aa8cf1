import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Button } from "../../components/Button";

export interface MenuItem {
  readonly label: string;
  readonly onChoose: () => void;
  readonly danger?: boolean;
}

/** A button with a list of actions under it. Escape, a click elsewhere, or leaving it by Tab closes it. */
export function Menu({ label, items }: { readonly label: ReactNode; readonly items: readonly MenuItem[] }) {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useDismissal(box, open, () => setOpen(false));
  const choose = (item: MenuItem) => {
    setOpen(false);
    item.onChoose();
  };
  return (
    <div ref={box} className="relative">
      <Button aria-expanded={open} aria-controls={open ? id : undefined} onClick={() => setOpen(!open)}>
        {label}
        <span aria-hidden="true" className="text-ink-2">
          ▾
        </span>
      </Button>
      {open && (
        <ul
          id={id}
          className="absolute right-0 z-30 mt-1 min-w-44 rounded-sm border border-line bg-raised py-1 max-sm:left-0 max-sm:right-auto"
        >
          {items.map((item) => (
            <li key={item.label}>
              <button
                type="button"
                onClick={() => choose(item)}
                className={`block w-full px-3 py-1.5 text-left text-sm hover:bg-ground pointer-coarse:py-3 ${item.danger ? "text-bad" : ""}`}
              >
                {item.label}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function useDismissal(box: React.RefObject<HTMLElement | null>, open: boolean, close: () => void): void {
  const latest = useRef(close);
  latest.current = close;
  useEffect(() => {
    if (!open) return;
    const listening = new AbortController();
    const options = { signal: listening.signal };
    const outside = (event: Event) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) latest.current();
    };
    document.addEventListener("pointerdown", outside, options);
    document.addEventListener("focusin", outside, options);
    document.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Escape") return;
        latest.current();
        box.current?.querySelector("button")?.focus();
      },
      options,
    );
    return () => listening.abort();
  }, [box, open]);
}
