import { useState } from "react";
import { Link, type To, useLocation } from "react-router";
import { type Account, signOut, useSession } from "../api/session";
import { Menu } from "../components/ui/Menu";
import { toastError } from "../components/ui/toastStore";
import { signInPath } from "../lib/returnTo";
import { setTheme, type Theme, theme } from "../lib/theme";

const ITEM =
  "flex h-8 w-full items-center px-3 text-left text-sm text-ink outline-offset-[-2px] hover:bg-ground focus:bg-ground pointer-coarse:h-11";
const BUTTON =
  "flex h-8 items-center gap-1 rounded-sm px-2 text-sm font-medium text-ink-2 hover:text-ink pointer-coarse:h-11";

/** One's own pages, the theme, and the way out; for visitors the way in. */
export function AccountMenu() {
  const account = useSession((state) => state.account);
  return (
    <Menu
      name={account ? `Account of ${account.display_name}` : "Menu"}
      className={BUTTON}
      label={
        <>
          <span className="max-w-20 truncate sm:max-w-40">{account?.display_name ?? "Menu"}</span>
          <span aria-hidden="true" className="text-xs">
            ▾
          </span>
        </>
      }
    >
      {account ? <Own account={account} /> : <Visitor />}
      <Item to="/explore" className="sm:hidden">
        Explore
      </Item>
      <Item to="/import">Import</Item>
      <Item to="/about">About</Item>
      <Line />
      <Themes />
      {account && (
        <>
          <Line />
          <button type="button" role="menuitem" className={ITEM} onClick={() => signOut().catch(toastError)}>
            Sign out
          </button>
        </>
      )}
    </Menu>
  );
}

function Own({ account }: { readonly account: Account }) {
  const profile = `/u/${account.handle}`;
  return (
    <>
      <Item to={profile}>Profile</Item>
      <Item to={`${profile}?show=draft`}>Drafts</Item>
      <Item to={`${profile}?show=voted`}>Voted for</Item>
      <Item to="/settings">Settings</Item>
      <Line />
    </>
  );
}

function Visitor() {
  const here = useLocation();
  return (
    <>
      <Item to={signInPath(here)}>Sign in</Item>
      <Item to="/register">Register</Item>
      <Line />
    </>
  );
}

function Themes() {
  const [chosen, setChosen] = useState(theme);
  const choose = (next: Theme) => {
    setTheme(next);
    setChosen(next);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has no place in a menu.
    <div role="group" aria-label="Theme">
      {(["system", "dark", "light"] as const).map((one) => (
        <button
          key={one}
          type="button"
          role="menuitemradio"
          aria-checked={one === chosen}
          className={ITEM}
          onClick={() => choose(one)}
        >
          <span aria-hidden="true" className="w-5">
            {one === chosen && "✓"}
          </span>
          {one === "system" ? "System theme" : one === "dark" ? "Dark" : "Light"}
        </button>
      ))}
    </div>
  );
}

function Item({ to, className = "", children }: { to: To; className?: string; children: string }) {
  return (
    <Link to={to} role="menuitem" className={`${ITEM} ${className}`}>
      {children}
    </Link>
  );
}

function Line() {
  return <hr className="my-1 border-line" />;
}
