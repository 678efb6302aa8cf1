import { type ReactNode, useRef, useState } from "react";
import type { MenuPopup } from "./MenuPopup";
import type { MenuEntry } from "./menuEntry";
import { toast } from "./toastStore";

interface Props {
  /** What the button shows. */
  readonly label: ReactNode;
  /** The name of button and menu for screen readers. */
  readonly name: string;
  readonly className?: string;
  /** The side of the button that the menu is aligned with. */
  readonly align?: "start" | "end";
  readonly entries: readonly MenuEntry[];
}

/** A button with a menu. Base UI is loaded on hover or focus, so that it is not in the first script. */
export function Menu({ label, name, className = "", align = "end", entries }: Props) {
  const [open, setOpen] = useState(false);
  const [Popup, setPopup] = useState<typeof MenuPopup | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const load = async () => {
    const { MenuPopup: loaded } = await import("./MenuPopup");
    setPopup(() => loaded);
  };
  const preload = () => void load().catch(() => undefined);
  const show = () => {
    setOpen(true);
    void load().catch(() => {
      setOpen(false);
      toast("The menu did not load. Try again.", "bad");
    });
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={name}
        onPointerEnter={preload}
        onFocus={preload}
        onClick={() => (open ? setOpen(false) : show())}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          show();
        }}
        className={className}
      >
        {label}
      </button>
      {open && Popup && (
        <Popup name={name} button={button} align={align} entries={entries} onClose={() => setOpen(false)} />
      )}
    </>
  );
}
