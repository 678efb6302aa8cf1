import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";

interface Props {
  /** What the button shows. */
  readonly label: ReactNode;
  /** The name of button and menu for screen readers. */
  readonly name: string;
  readonly className?: string;
  /** Where the menu hangs under its button on narrow screens. */
  readonly narrow?: "left" | "right";
  /** Elements with the role `menuitem` or `menuitemradio`; one that is activated closes the menu. */
  readonly children: ReactNode;
}

const MOVES: Readonly<Record<string, (now: number, last: number) => number>> = {
  ArrowDown: (now, last) => (now >= last ? 0 : now + 1),
  ArrowUp: (now, last) => (now <= 0 ? last : now - 1),
  Home: () => 0,
  End: (_now, last) => last,
};

/** A button with a menu: arrow keys move in it, Escape and Tab close it, the focus returns to the button. */
export function Menu({ label, name, className = "", narrow = "right", children }: Props) {
  const [open, setOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useOutside(whole, open, () => setOpen(false));
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div ref={whole} className="relative">
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={name}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          setOpen(true);
        }}
        className={className}
      >
        {label}
      </button>
      {open && (
        <Panel id={id} name={name} narrow={narrow} onClose={close} onLeave={() => setOpen(false)}>
          {children}
        </Panel>
      )}
    </div>
  );
}

interface PanelProps extends Pick<Props, "name" | "children" | "narrow"> {
  readonly id: string;
  readonly onClose: () => void;
  readonly onLeave: () => void;
}

function Panel({ id, name, narrow, onClose, onLeave, children }: PanelProps) {
  const panel = useRef<HTMLDivElement>(null);
  const items = () => [...(panel.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
  useEffect(() => panel.current?.querySelector<HTMLElement>("[role^=menuitem]")?.focus(), []);
  const move = (event: KeyboardEvent) => {
    if (event.key === "Tab") onLeave();
    if (event.key === "Escape") onClose();
    const next = MOVES[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const all = items();
    all[next(all.indexOf(document.activeElement as HTMLElement), all.length - 1)]?.focus();
  };
  return (
    <div
      ref={panel}
      id={id}
      role="menu"
      tabIndex={-1}
      aria-label={name}
      onKeyDown={move}
      onClick={({ target }) => target instanceof Element && target.closest("[role=menuitem]") && onLeave()}
      className={`absolute right-0 top-full z-50 mt-1 flex min-w-52 flex-col rounded-sm border border-line bg-raised py-1 ${narrow === "left" ? "max-sm:left-0 max-sm:right-auto" : ""}`}
    >
      {children}
    </div>
  );
}

function useOutside(whole: React.RefObject<HTMLElement | null>, open: boolean, leave: () => void): void {
  const latest = useRef(leave);
  latest.current = leave;
  useEffect(() => {
    if (!open) return;
    const look = ({ target }: PointerEvent) => {
      if (target instanceof Node && !whole.current?.contains(target)) latest.current();
    };
    document.addEventListener("pointerdown", look);
    return () => document.removeEventListener("pointerdown", look);
  }, [whole, open]);
}
