/** Where a sign-in returns to: `/sign-in?next=` takes addresses of this site only. */

const NOT_TO = /^\/(sign-in|sign-in\/with\/.*|register|forgot|reset)$/;

interface Place {
  readonly pathname: string;
  readonly search: string;
}

export function signInPath({ pathname, search }: Place): string {
  const next = pathname + search;
  return NOT_TO.test(pathname) || next === "/" ? "/sign-in" : `/sign-in?${new URLSearchParams({ next })}`;
}

/** The path to return to; `/` for anything that is no path of this site. */
export function safeReturnTo(given: string | null, origin = location.origin): string {
  if (!given?.startsWith("/") || !URL.canParse(given, origin)) return "/";
  const url = new URL(given, origin);
  // Browsers read `//host` and `/\host` as addresses of another site.
  if (url.origin !== origin || NOT_TO.test(url.pathname)) return "/";
  const path = url.pathname + url.search + url.hash;
  return path.startsWith("//") ? "/" : path;
}
