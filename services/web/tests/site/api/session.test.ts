import { afterEach, beforeEach, expect, test, vi } from "vitest";

type Session = typeof import("../../../src/api/session");

let answers: (() => Promise<Response>)[] = [];
let asked: string[] = [];
let tabs = 0;
let run = 0;

beforeEach(() => {
  run += 1;
  // The tabs of earlier tests hear nothing of this one.
  const Channel = class extends BroadcastChannel {
    constructor(name: string) {
      super(`${name} ${run}`);
    }
  };
  vi.stubGlobal("BroadcastChannel", Channel);
  localStorage.clear();
  answers = [];
  asked = [];
  vi.stubGlobal("fetch", (path: string) => {
    asked.push(path);
    return (answers.shift() ?? (() => Promise.reject(new TypeError("no network"))))();
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A module of its own is a tab of its own; they share storage, locks and channel. */
async function tab(): Promise<Session> {
  tabs += 1;
  return await import(/* @vite-ignore */ `/src/api/session.ts?tab=${tabs}`);
}

function tokens(name: string, seconds = 600) {
  const user = { handle: name, display_name: name } as Awaited<ReturnType<Session["signInWith"]>>;
  return { access_token: `token-${name}`, token_type: "Bearer", expires_in: seconds, session_id: "1", user };
}

function says(status: number, body: unknown): () => Promise<Response> {
  return () => Promise.resolve(new Response(JSON.stringify(body), { status }));
}

const ended = says(401, { code: "invalid_refresh_token", title: "Sign in again" });

test("a visitor causes no request", async () => {
  const session = await tab();
  expect(await session.accessToken()).toBeNull();
  expect(session.useSession.getState().status).toBe("visitor");
  expect(asked).toEqual([]);
});

test("many questions at once cause one refresh", async () => {
  localStorage.setItem("fractafrag.signed-in", "yes");
  const session = await tab();
  expect(session.useSession.getState().status).toBe("unknown");
  answers = [says(200, tokens("ada"))];
  const found = await Promise.all([session.accessToken(), session.accessToken(), session.accessToken()]);
  expect(found).toEqual(["token-ada", "token-ada", "token-ada"]);
  expect(asked).toEqual(["/api/v1/auth/refresh"]);
});

test("a token is replaced before it ends, and when it is distrusted", async () => {
  const session = await tab();
  await session.signInWith(() => Promise.resolve(tokens("short", 20)));
  answers = [says(200, tokens("next"))];
  expect(await session.accessToken()).toBe("token-next");
  session.distrust("token-other");
  expect(await session.accessToken()).toBe("token-next");
  session.distrust("token-next");
  answers = [says(200, tokens("last"))];
  expect(await session.accessToken()).toBe("token-last");
});

test("no network and a site that is down sign nobody out", async () => {
  localStorage.setItem("fractafrag.signed-in", "yes");
  const session = await tab();
  for (const [answer, code] of [
    [() => Promise.reject(new TypeError("no network")), "unreachable"],
    [says(503, { code: "unavailable", title: "Down" }), "unavailable"],
    [says(429, { code: "rate_limited", title: "Too often" }), "rate_limited"],
    [() => Promise.resolve(new Response("<html>a proxy</html>", { status: 502 })), "unexpected"],
  ] as const) {
    answers = [answer];
    await expect(session.accessToken()).rejects.toMatchObject({ code });
    expect(session.useSession.getState().status).toBe("unknown");
  }
  answers = [says(200, tokens("ada"))];
  window.dispatchEvent(new Event("online"));
  await expect.poll(() => session.useSession.getState().account?.handle).toBe("ada");
});

test("a sign-in that ended says so, here and in the other tab", async () => {
  const first = await tab();
  await first.signInWith(() => Promise.resolve(tokens("ada")));
  const second = await tab();
  answers = [says(200, tokens("ada"))];
  await second.accessToken();
  first.distrust("token-ada");
  answers = [ended];
  expect(await first.accessToken()).toBeNull();
  expect(first.useSession.getState()).toEqual({ status: "expired", account: null });
  await expect.poll(() => second.useSession.getState().status).toBe("expired");
  expect(await second.accessToken()).toBeNull();
});

test("a suspended account is signed out", async () => {
  const session = await tab();
  await session.signInWith(() => Promise.resolve(tokens("ada", 1)));
  answers = [says(403, { code: "suspended", title: "Suspended" })];
  expect(await session.accessToken()).toBeNull();
});

test("sign-in and sign-out reach the other tab", async () => {
  const first = await tab();
  const second = await tab();
  answers = [says(200, tokens("ada"))];
  await first.signInWith(() => Promise.resolve(tokens("ada")));
  await expect.poll(() => second.useSession.getState().account?.handle).toBe("ada");
  answers = [() => Promise.resolve(new Response(null, { status: 204 }))];
  await second.signOut();
  await expect.poll(() => first.useSession.getState().status).toBe("visitor");
  expect(await first.accessToken()).toBeNull();
});

test("a refresh that was under way does not undo a sign-out", async () => {
  const session = await tab();
  await session.signInWith(() => Promise.resolve(tokens("ada", 1)));
  let answer: (response: Response) => void = () => undefined;
  answers = [
    () => new Promise((resolve) => (answer = resolve)),
    () => Promise.resolve(new Response(null, { status: 204 })),
  ];
  const refreshed = session.accessToken();
  await expect.poll(() => asked.length).toBe(1);
  const out = session.signOut();
  answer(new Response(JSON.stringify(tokens("ada"))));
  await Promise.all([refreshed, out]);
  expect(session.useSession.getState().status).toBe("visitor");
  expect(localStorage.length).toBe(0);
});

test("a sign-out that does not reach the site is none", async () => {
  const session = await tab();
  await session.signInWith(() => Promise.resolve(tokens("ada")));
  await expect(session.signOut()).rejects.toMatchObject({ status: 0 });
  expect(session.useSession.getState().status).toBe("signed-in");
});

test("storage holds no token", async () => {
  const session = await tab();
  await session.signInWith(() => Promise.resolve(tokens("ada")));
  expect(JSON.stringify({ ...localStorage })).not.toContain("token");
});
