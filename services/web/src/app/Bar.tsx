import { type FormEvent, useEffect, useRef } from "react";
import { Link, useNavigate, useSearchParams } from "react-router";
import { accessToken, useSession } from "../api/session";
import { ButtonLink } from "../components/Button";
import { boot } from "./boot";
import { useHidesOnScroll } from "./useHidesOnScroll";

/** Word mark, search, New shader, account. It hides on scroll down and returns on scroll up. */
export function Bar() {
  const hidden = useHidesOnScroll();
  return (
    <header
      className={`sticky top-0 z-40 flex h-12 items-center gap-3 bg-ground px-3 transition-transform focus-within:translate-y-0 ${hidden ? "-translate-y-full" : ""}`}
    >
      <Link to="/" className="text-base font-semibold">
        {boot.siteName}
      </Link>
      <Search />
      <nav aria-label="Main" className="flex items-center gap-2">
        <ButtonLink kind="quiet" to="/explore" className="max-sm:hidden">
          Explore
        </ButtonLink>
        <ButtonLink kind="main" to="/new">
          New<span className="max-sm:sr-only"> shader</span>
        </ButtonLink>
        <AccountLink />
      </nav>
    </header>
  );
}

function Search() {
  const field = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();
  const [parameters] = useSearchParams();
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== "/" || isTyping(event.target)) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, []);
  const search = (event: FormEvent) => {
    event.preventDefault();
    navigate(`/explore?${new URLSearchParams({ q: field.current?.value ?? "" })}`);
  };
  return (
    <search className="min-w-0 flex-1">
      <form onSubmit={search} className="mx-auto max-w-xl">
        <input
          key={parameters.get("q")}
          ref={field}
          type="search"
          name="q"
          aria-label="Search works"
          placeholder="Search works"
          defaultValue={parameters.get("q") ?? ""}
          className="h-8 w-full rounded-sm border border-line bg-raised px-3 text-sm pointer-coarse:h-11"
        />
      </form>
    </search>
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function AccountLink() {
  const { status, account } = useSession();
  useEffect(() => {
    void accessToken().catch(() => undefined);
  }, []);
  if (account !== null) {
    return (
      <ButtonLink kind="quiet" to={`/u/${account.handle}`}>
        {account.display_name}
      </ButtonLink>
    );
  }
  return (
    <ButtonLink kind="quiet" to="/sign-in" className={status === "unknown" ? "invisible" : ""}>
      Sign in
    </ButtonLink>
  );
}
