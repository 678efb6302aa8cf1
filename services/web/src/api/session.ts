/**
 * The sign-in of this browser. The refresh token is in an HttpOnly cookie, the access token only in this module's
 * memory; local storage holds nothing but the fact that there is a sign-in, so that visitors cause no refresh.
 *
 * `accessToken()` gives a token that is good for some seconds more, or null for a visitor. Whatever changes the cookie
 * runs in one tab at a time (Web Locks), so that a late refresh cannot undo a sign-in or a sign-out. What happens in one
 * tab reaches the others. A refresh that the network or the site refuses says nothing about the sign-in: it stays.
 */

import { create } from "zustand";
import { type ApiError, apiError, unreachable } from "./problem";
import type { components } from "./schema";
import { hasSignInFlag, setSignInFlag } from "./signInFlag";

export type Account = components["schemas"]["Account"];
export type Tokens = components["schemas"]["Tokens"];

interface SessionState {
  /** `unknown` until the first refresh has answered. `expired`: the sign-in ended by itself, and drafts stay. */
  readonly status: "unknown" | "visitor" | "signed-in" | "expired";
  readonly account: Account | null;
}

type Ended = "signed-out" | "expired";

const EARLY_MS = 30_000;
const RETRY_MS = 5_000;
const channel = new BroadcastChannel("fractafrag.session");
let token: { value: string; until: number } | null = null;
let refreshing: Promise<string | null> | null = null;
let retry: ReturnType<typeof setTimeout> | null = null;

export const useSession = create<SessionState>(() => ({
  status: hasSignInFlag() ? "unknown" : "visitor",
  account: null,
}));

channel.addEventListener("message", ({ data }: MessageEvent<"signed-in" | Ended>) => {
  token = null;
  if (data === "signed-in") tryQuietly();
  else if (data === "signed-out" || useSession.getState().account !== null) clear(data);
});

window.addEventListener("online", () => {
  if (useSession.getState().status === "unknown") tryQuietly();
});

/** Runs `ask`, a sign-in or registration, while no tab refreshes, and takes over what it gives. */
export async function signInWith(ask: () => Promise<Tokens>): Promise<Account> {
  const tokens = await signInIf(ask, (given) => given);
  return tokens.user;
}

/** As `signInWith`, for an answer that may hold tokens. */
export async function signInIf<T>(ask: () => Promise<T>, tokensOf: (answer: T) => Tokens | null): Promise<T> {
  const answer = await oneTabAtATime(ask);
  const tokens = tokensOf(answer);
  if (tokens !== null) {
    remember(tokens);
    channel.postMessage("signed-in");
  }
  return answer;
}

/** Throws `ApiError` where the site cannot be reached: then nothing is known about the sign-in. */
export async function accessToken(): Promise<string | null> {
  if (!hasSignInFlag()) {
    // Another tab found that the sign-in has ended.
    if (token !== null) clear("expired");
    return null;
  }
  if (token !== null && Date.now() < token.until - EARLY_MS) return token.value;
  refreshing ??= oneTabAtATime(refresh).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** After something that changes what the account may do: the next token says so. */
export async function renewSession(): Promise<void> {
  token = null;
  await accessToken().catch(() => null);
}

/** After a 401: the token is invalid, whatever its expiry. */
export function distrust(value: string): void {
  if (token?.value === value) token = null;
}

export async function signOut(): Promise<void> {
  await oneTabAtATime(async () => {
    const response = await fetch("/api/v1/auth/logout", { method: "POST" }).catch(() => null);
    if (response === null) throw unreachable();
    if (!response.ok) throw apiError(response, await response.json().catch(() => null));
    forget();
  });
}

/** Clears the sign-in of this browser: after a sign-out or the deletion of the account. */
export function forget(): void {
  clear("signed-out");
  channel.postMessage("signed-out");
}

export function setAccount(account: Account): void {
  useSession.setState({ account });
}

/** Web Locks are missing on plain http that is not localhost; there the API's grace period for two tabs has to do. */
async function oneTabAtATime<T>(change: () => Promise<T>): Promise<T> {
  return "locks" in navigator ? await navigator.locks.request("fractafrag.refresh", change) : await change();
}

async function refresh(): Promise<string | null> {
  if (!hasSignInFlag()) {
    clear("signed-out");
    return null;
  }
  const response = await fetch("/api/v1/auth/refresh", { method: "POST" }).catch(() => null);
  if (response === null) throw later(unreachable());
  const body = await response.json().catch(() => null);
  if (response.ok) {
    remember(body as Tokens);
    return (body as Tokens).access_token;
  }
  const error = apiError(response, body);
  if (error.status !== 401 && error.code !== "suspended") throw later(error);
  clear("expired");
  channel.postMessage("expired");
  return null;
}

/** Retries the first refresh after the site could not be reached. */
function later(error: ApiError): ApiError {
  if (useSession.getState().status === "unknown" && retry === null) {
    retry = setTimeout(
      () => {
        retry = null;
        tryQuietly();
      },
      error.retryAfter === null ? RETRY_MS : error.retryAfter * 1000,
    );
  }
  return error;
}

function tryQuietly(): void {
  void accessToken().catch(() => undefined);
}

function remember(tokens: Tokens): void {
  token = { value: tokens.access_token, until: Date.now() + tokens.expires_in * 1000 };
  setSignInFlag(true);
  useSession.setState({ status: "signed-in", account: tokens.user });
}

function clear(ended: Ended): void {
  token = null;
  setSignInFlag(false);
  useSession.setState({ status: ended === "expired" ? "expired" : "visitor", account: null });
}
