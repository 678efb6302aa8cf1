/**
 * The sign-in of this browser. The refresh token is in an HttpOnly cookie, the access token only in this module's
 * memory; local storage holds nothing but the fact that there is a sign-in, so that visitors cause no refresh.
 *
 * `accessToken()` gives a token that is good for some seconds more, or null for a visitor. One tab refreshes at a time
 * (Web Locks); a sign-in or sign-out in one tab reaches the others.
 */

import { create } from "zustand";
import { ApiError, apiError, unreachable } from "./problem";
import type { components } from "./schema";

export type Account = components["schemas"]["Account"];
type Tokens = components["schemas"]["Tokens"];

interface SessionState {
  /** `unknown` until the first refresh has answered. `expired`: the sign-in ended by itself; work is kept. */
  readonly status: "unknown" | "visitor" | "signed-in" | "expired";
  readonly account: Account | null;
}

const MARK = "fractafrag.signed-in";
const EARLY_MS = 30_000;
const channel = new BroadcastChannel("fractafrag.session");
let token: { value: string; until: number } | null = null;
let refreshing: Promise<string | null> | null = null;

export const useSession = create<SessionState>(() => ({ status: hasMark() ? "unknown" : "visitor", account: null }));

channel.addEventListener("message", ({ data }) => {
  token = null;
  if (data === "signed-out") useSession.setState({ status: "visitor", account: null });
  else void accessToken().catch(() => undefined);
});

export function adopt(tokens: Tokens): void {
  remember(tokens);
  channel.postMessage("signed-in");
}

/** Throws `ApiError` where the site cannot be reached: then nothing is known about the sign-in. */
export async function accessToken(): Promise<string | null> {
  if (token !== null && Date.now() < token.until - EARLY_MS) return token.value;
  if (!hasMark()) return null;
  refreshing ??= oneTabAtATime().finally(() => {
    refreshing = null;
  });
  return refreshing;
}

/** After a 401: the token is no good, whatever its clock says. */
export function distrust(value: string): void {
  if (token?.value === value) token = null;
}

export async function signOut(): Promise<void> {
  const response = await fetch("/api/v1/auth/logout", { method: "POST" }).catch(() => null);
  if (response === null) throw unreachable();
  if (!response.ok) throw apiError(response, await response.json().catch(() => null));
  forget();
}

/** The sign-in is over on this side: after a sign-out or the deletion of the account. */
export function forget(): void {
  clear("visitor");
  channel.postMessage("signed-out");
}

export function setAccount(account: Account): void {
  useSession.setState({ account });
}

async function oneTabAtATime(): Promise<string | null> {
  return await navigator.locks.request("fractafrag.refresh", refresh);
}

async function refresh(): Promise<string | null> {
  const response = await fetch("/api/v1/auth/refresh", { method: "POST" }).catch(() => null);
  if (response === null) throw unreachable();
  const body = await response.json().catch(() => null);
  if (response.ok) {
    remember(body as Tokens);
    return (body as Tokens).access_token;
  }
  if (response.status !== 401) throw apiError(response, body);
  clear("expired");
  return null;
}

function remember(tokens: Tokens): void {
  token = { value: tokens.access_token, until: Date.now() + tokens.expires_in * 1000 };
  localStorage.setItem(MARK, "yes");
  useSession.setState({ status: "signed-in", account: tokens.user });
}

function clear(status: "visitor" | "expired"): void {
  token = null;
  localStorage.removeItem(MARK);
  useSession.setState({ status, account: null });
}

function hasMark(): boolean {
  return localStorage.getItem(MARK) !== null;
}

export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}
