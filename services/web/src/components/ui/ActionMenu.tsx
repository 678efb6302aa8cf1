import { buttonClass } from "./Button";
import { Menu as Dropdown } from "./Menu";

export interface MenuItem {
  readonly label: string;
  readonly onChoose: () => void;
  readonly danger?: boolean;
}

/** A button with a list of actions under it. */
export function Menu({ label, items }: { readonly label: string; readonly items: readonly MenuItem[] }) {
  const face = (
    <>
      {label}
      <span aria-hidden="true" className="text-ink-2">
        ▾
      </span>
    </>
  );
  return (
    <Dropdown label={face} name={label} className={buttonClass()} narrow="left">
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          onClick={item.onChoose}
          className={`block w-full px-3 py-1.5 text-left text-sm hover:bg-ground pointer-coarse:py-3 ${item.danger ? "text-bad" : ""}`}
        >
          {item.label}
        </button>
      ))}
    </Dropdown>
  );
}
