import { Menu } from "@base-ui/react/menu";
import { type FocusEvent, type RefObject, useRef } from "react";
import { Link } from "react-router";
import type { MenuEntry } from "./menuEntry";

interface Props {
  readonly name: string;
  /** The anchor; it has the focus again after the menu closes. */
  readonly button: RefObject<HTMLButtonElement | null>;
  readonly align: "start" | "end";
  readonly entries: readonly MenuEntry[];
  readonly onClose: () => void;
}

const ITEM =
  "flex h-8 w-full cursor-pointer items-center px-3 text-left text-sm outline-none data-highlighted:bg-ground data-highlighted:outline-2 data-highlighted:-outline-offset-2 data-highlighted:outline-accent pointer-coarse:h-11";

/** An open menu: arrow keys move in it; Escape, Tab and a press outside close it. */
export function MenuPopup({ name, button, align, entries, onClose }: Props) {
  const entered = useRef(false);
  /** Focuses the first item. Base UI does this only for a trigger of its own. */
  const enter = ({ target, currentTarget }: FocusEvent) => {
    if (target !== currentTarget || entered.current) return;
    entered.current = true;
    currentTarget.querySelector<HTMLElement>("[role^=menuitem]")?.focus({ preventScroll: true });
  };
  const followed = useRef(false);
  const close = (event: Event, cancel: () => void) => {
    // The button's own handler closes it.
    if (event.target instanceof Node && button.current?.contains(event.target)) cancel();
    else onClose();
  };
  return (
    <Menu.Root open modal={false} onOpenChange={(_, { event, cancel }) => close(event, cancel)}>
      <Menu.Portal>
        <Menu.Positioner
          anchor={button}
          align={align}
          sideOffset={4}
          collisionPadding={4}
          className="z-50 outline-none"
        >
          <Menu.Popup
            onFocus={enter}
            aria-label={name}
            // After a link the new page has the focus.
            finalFocus={() => (followed.current ? false : button.current)}
            className="flex min-w-52 flex-col rounded-sm border border-line bg-raised py-1 text-ink outline-none"
          >
            {entries.map((entry, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: separators have nothing but their place.
              <Entry key={index} entry={entry} onFollow={() => (followed.current = true)} />
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

function Entry({ entry, onFollow }: { readonly entry: MenuEntry; readonly onFollow: () => void }) {
  switch (entry.type) {
    case "separator":
      return <Menu.Separator className="my-1 h-px bg-line" />;
    case "link":
      return (
        <Menu.Item
          className={`${ITEM} ${entry.className ?? ""}`}
          onClick={onFollow}
          nativeButton={false}
          render={<Link to={entry.to} />}
        >
          {entry.label}
        </Menu.Item>
      );
    case "action":
      return (
        <Menu.Item className={`${ITEM} ${entry.danger ? "text-bad" : ""}`} onClick={entry.onSelect}>
          {entry.label}
        </Menu.Item>
      );
    case "radio":
      return (
        <Menu.RadioGroup aria-label={entry.label} value={entry.value} onValueChange={entry.onSelect}>
          {entry.options.map(([value, label]) => (
            <Menu.RadioItem key={value} value={value} className={ITEM}>
              <span className="w-5">
                <Menu.RadioItemIndicator>✓</Menu.RadioItemIndicator>
              </span>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      );
  }
}
