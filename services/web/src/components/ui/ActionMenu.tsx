import { buttonClass } from "./Button";
import { Menu } from "./Menu";
import type { MenuEntry } from "./menuEntry";

/** A menu with the look of a plain button. */
export function ActionMenu({ label, entries }: { readonly label: string; readonly entries: readonly MenuEntry[] }) {
  const face = (
    <>
      {label}
      <span aria-hidden="true" className="text-ink-2">
        ▾
      </span>
    </>
  );
  return <Menu label={face} name={label} className={buttonClass()} align="start" entries={entries} />;
}
