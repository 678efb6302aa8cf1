import { useEffect } from "react";
import { Link, useLocation } from "react-router";
import { accessToken, useSession } from "../api/session";
import { ButtonLink } from "../components/ui/Button";
import { InboxLink } from "../features/inbox/InboxLink";
import { boot } from "../lib/boot";
import { signInPath } from "../lib/returnTo";
import { AccountMenu } from "./AccountMenu";
import { SearchBox } from "./SearchBox";
import { useHidesOnScroll } from "./useHidesOnScroll";

const PLACES = [
  ["/explore", "Explore"],
  ["/desires", "Desires"],
] as const;

/** The header: word mark, search, places, inbox, New shader, account. It hides on scroll down and returns on scroll up. */
export function Bar() {
  const hidden = useHidesOnScroll();
  const { pathname } = useLocation();
  return (
    <header
      className={`sticky top-0 z-40 flex h-12 items-center gap-2 bg-ground pl-3 pr-1 transition-transform focus-within:translate-y-0 sm:gap-3 sm:pr-2 lg:grid lg:grid-cols-[1fr_minmax(0,36rem)_1fr] ${hidden ? "-translate-y-full" : ""}`}
    >
      <Link to="/" className="w-fit text-base font-semibold">
        {boot.siteName}
      </Link>
      <SearchBox />
      <nav aria-label="Main" className="flex items-center justify-end gap-1">
        {PLACES.map(([to, name]) => (
          <ButtonLink
            key={to}
            variant="quiet"
            to={to}
            aria-current={pathname === to ? "page" : undefined}
            className="aria-[current]:text-ink max-sm:hidden"
          >
            {name}
          </ButtonLink>
        ))}
        <InboxLink />
        <ButtonLink variant="main" to="/new">
          <span>
            New<span className="max-sm:sr-only"> shader</span>
          </span>
        </ButtonLink>
        <SignIn />
        <AccountMenu />
      </nav>
    </header>
  );
}

function SignIn() {
  const status = useSession((state) => state.status);
  const here = useLocation();
  useEffect(() => {
    void accessToken().catch(() => undefined);
  }, []);
  if (status === "signed-in" || status === "unknown") return null;
  return (
    <ButtonLink variant="quiet" to={signInPath(here)} className="max-sm:hidden">
      Sign in
    </ButtonLink>
  );
}
