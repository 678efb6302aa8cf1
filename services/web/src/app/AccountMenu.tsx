import { useState } from "react";
import { useLocation } from "react-router";
import { type Account, signOut, useSession } from "../api/session";
import { Menu } from "../components/ui/Menu";
import type { MenuEntry } from "../components/ui/menuEntry";
import { toastError } from "../components/ui/toastStore";
import { moderates } from "../features/shaders/moderation/decide";
import { signInPath } from "../lib/returnTo";
import { setTheme, THEMES, type Theme, theme } from "../lib/theme";

const BUTTON =
  "flex h-8 items-center gap-1 rounded-sm px-2 text-sm font-medium text-ink-2 hover:text-ink pointer-coarse:h-11";
const SEPARATOR: MenuEntry = { type: "separator" };

/** The account's pages, the theme and sign-out; for visitors sign-in and registration. */
export function AccountMenu() {
  const account = useSession((state) => state.account);
  const here = useLocation();
  const themes = useThemeEntry();
  const entries: MenuEntry[] = [
    ...(account ? ownPages(account) : visitorPages(signInPath(here))),
    SEPARATOR,
    { type: "link", label: "Explore", to: "/explore", className: "sm:hidden" },
    { type: "link", label: "Desires", to: "/desires", className: "sm:hidden" },
    { type: "link", label: "Import", to: "/import" },
    { type: "link", label: "About", to: "/about" },
    SEPARATOR,
    themes,
    ...(account ? [SEPARATOR, SIGN_OUT] : []),
  ];
  const label = (
    <>
      <span className="max-w-14 truncate sm:max-w-40">{account?.display_name ?? "Menu"}</span>
      <span aria-hidden="true" className="text-xs">
        ▾
      </span>
    </>
  );
  const name = account ? `Account of ${account.display_name}` : "Menu";
  return <Menu name={name} className={BUTTON} label={label} entries={entries} />;
}

const SIGN_OUT: MenuEntry = { type: "action", label: "Sign out", onSelect: () => void signOut().catch(toastError) };

function ownPages(account: Account): MenuEntry[] {
  const profile = `/u/${account.handle}`;
  return [
    { type: "link", label: "Inbox", to: "/inbox", className: "sm:hidden" },
    { type: "link", label: "Profile", to: profile },
    { type: "link", label: "Drafts", to: `${profile}?show=draft` },
    { type: "link", label: "Voted for", to: `${profile}?show=voted` },
    { type: "link", label: "Settings", to: "/settings" },
    ...(moderates(account) ? [{ type: "link", label: "Moderation", to: "/moderation" } as const] : []),
  ];
}

function visitorPages(signIn: string): MenuEntry[] {
  return [
    { type: "link", label: "Sign in", to: signIn },
    { type: "link", label: "Register", to: "/register" },
  ];
}

function useThemeEntry(): MenuEntry {
  const [value, setValue] = useState(theme);
  const onSelect = (chosen: string) => {
    setTheme(chosen as Theme);
    setValue(chosen as Theme);
  };
  return { type: "radio", label: "Theme", value, options: Object.entries(THEMES), onSelect };
}
