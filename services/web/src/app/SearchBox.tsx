import { type FormEvent, type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";

const TYPING_MS = 250;
const PAGE = "/explore";

/**
 * The search of the site. On Explore it replaces the query of the address while one types, debounced; Enter adds an
 * entry to the history. On other pages Enter goes to Explore.
 */
export function SearchBox() {
  const field = useRef<HTMLInputElement>(null);
  const { text, type, submit } = useSearchText();
  useSlash(field);
  const leave = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    field.current?.blur();
  };
  return (
    <search className="min-w-0 flex-1">
      <form onSubmit={submit} className="mx-auto max-w-xl lg:max-w-none">
        <input
          ref={field}
          type="search"
          name="q"
          aria-label="Search shaders"
          aria-keyshortcuts="/"
          placeholder="Search"
          autoComplete="off"
          maxLength={200}
          value={text}
          onChange={({ target }) => type(target.value)}
          onKeyDown={leave}
          className="h-8 w-full rounded-sm border border-line bg-raised px-3 text-sm pointer-coarse:h-11"
        />
      </form>
    </search>
  );
}

function useSearchText() {
  const { pathname } = useLocation();
  const [address] = useSearchParams();
  const navigate = useNavigate();
  const here = pathname === PAGE;
  const given = here ? (address.get("q") ?? "") : "";
  // The text that is not in the address yet; null when both are the same.
  const [typed, setTyped] = useState<string | null>(null);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef<string | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new address, from wherever it comes, is what this is about.
  useEffect(() => {
    // An address that this box wrote does not discard what was typed since.
    const own = sent.current === given;
    if (!own) clearTimeout(waiting.current);
    setTyped((now) => (own && now !== given ? now : null));
  }, [given, pathname]);
  const go = (q: string, replace: boolean) => {
    clearTimeout(waiting.current);
    sent.current = q;
    // The current address: React may not have rendered the last change yet.
    const current = new URLSearchParams(here ? window.location.search : "");
    void navigate({ pathname: PAGE, search: searchWith(current, q) }, { replace });
  };
  return {
    text: typed ?? given,
    type: (q: string) => {
      setTyped(q);
      clearTimeout(waiting.current);
      if (here) waiting.current = setTimeout(() => go(q, true), TYPING_MS);
    },
    submit: (event: FormEvent) => {
      event.preventDefault();
      go(typed ?? given, false);
    },
  };
}

function searchWith(address: URLSearchParams, q: string): string {
  const next = new URLSearchParams(address);
  next.delete("q");
  if (q.trim() === "" && next.get("sort") === "relevance") next.delete("sort");
  return new URLSearchParams([...(q.trim() ? [["q", q]] : []), ...next]).toString();
}

function useSlash(field: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const focus = (event: globalThis.KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    document.addEventListener("keydown", focus);
    return () => document.removeEventListener("keydown", focus);
  }, [field]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}
