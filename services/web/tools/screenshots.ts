/**
 * `make screenshots`: every page of the site that runs at FRACTAFRAG_SITE, at three widths in both themes, into
 * build/screenshots. It registers an account of its own, so that signed-in pages are there, and deletes it at the end.
 * ONLY="settings" takes the pages whose name has that word.
 */

import { mkdir } from "node:fs/promises";
import type { BrowserContext, Page } from "playwright";
import { json, openBrowser, SITE } from "./browser.ts";

const FOLDER = "../../build/screenshots";
const WIDTHS = [360, 768, 1440] as const;
const THEMES = ["dark", "light"] as const;
const PASSWORD = "seven moons over Lisbon";
const HEIGHT = 900;
/** For pictures and the first frames of a shader. */
const SETTLE_MS = 1_500;

const SETTINGS = [
  "profile",
  "appearance",
  "password",
  "security",
  "sign-in",
  "sessions",
  "notices",
  "feed",
  "keys",
  "usage",
  "export",
  "delete",
];

interface Shot {
  readonly name: string;
  readonly path: string;
  readonly signedIn?: boolean;
}

async function shots(): Promise<Shot[]> {
  const { items } = (await json("/api/v1/feed/trending?limit=1")) as {
    items: { id: string; title: string; author: { handle: string } }[];
  };
  const [shader] = items;
  if (shader === undefined) throw new Error(`${SITE} shows no shaders yet`);
  const [wish] = ((await json("/api/v1/desires?limit=1")) as { items: { id: string }[] }).items;
  const visitor: Record<string, string> = {
    feed: "/",
    explore: "/explore",
    search: `/explore?q=${encodeURIComponent(shader.title.split(" ")[0] ?? "")}`,
    "search-nothing": "/explore?q=nothingofthatkind",
    shader: `/s/${shader.id}`,
    version: `/s/${shader.id}/v/1`,
    profile: `/u/${shader.author.handle}`,
    "sign-in": "/sign-in",
    register: "/register",
    forgot: "/forgot",
    reset: "/reset#token",
    verify: "/verify#token",
    unsubscribe: "/unsubscribe#token",
    answer: "/answer#token",
    about: "/about",
    "not-found": "/nothing/here",
    embed: `/embed/${shader.id}`,
    new: "/new",
    editor: `/new?fork=${shader.id}`,
    import: "/import",
    desires: "/desires",
  };
  if (wish !== undefined) visitor["desire"] = `/desires/${wish.id}`;
  return [
    ...Object.entries(visitor).map(([name, path]) => ({ name, path })),
    { name: "feed-signed-in", path: "/", signedIn: true },
    { name: "desires-new", path: "/desires/new", signedIn: true },
    { name: "inbox", path: "/inbox", signedIn: true },
    { name: "decisions", path: "/decisions", signedIn: true },
    ...SETTINGS.map((name) => ({ name: `settings-${name}`, path: `/settings/${name}`, signedIn: true })),
  ];
}

async function register(page: Page): Promise<void> {
  const handle = `camera-${Date.now().toString(36)}`;
  await page.goto(`${SITE}/register`);
  await page.getByLabel("Handle").fill(handle);
  await page.getByLabel("E-mail").fill(`${handle}@example.org`);
  await page.getByLabel("Display name").fill("Ada L.");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Register" }).click();
  await page.waitForURL(`${SITE}/`);
}

async function leave(page: Page): Promise<void> {
  await page.goto(`${SITE}/settings/delete`);
  const label = (await page.locator("label", { hasText: "Type your handle" }).textContent()) ?? "";
  await page.getByLabel("Type your handle").fill(/handle, (.+), to/.exec(label)?.[1] ?? "");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Delete my account" }).click();
  await page.waitForURL(`${SITE}/`);
}

async function take(context: BrowserContext, list: readonly Shot[]): Promise<void> {
  const page = await context.newPage();
  for (const { name, path } of list) {
    await page.setViewportSize({ width: WIDTHS[2], height: HEIGHT });
    await page.goto(SITE + path);
    await page.waitForTimeout(SETTLE_MS);
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: HEIGHT });
      for (const theme of THEMES) {
        await page.evaluate((chosen) => {
          document.documentElement.dataset["theme"] = chosen;
          scrollTo(0, 0);
        }, theme);
        await page.waitForTimeout(250);
        await page.screenshot({ path: `${FOLDER}/${name}-${width}-${theme}.png` });
      }
    }
    process.stdout.write(`  ${name}\n`);
  }
  await page.close();
}

await mkdir(FOLDER, { recursive: true });
const browser = await openBrowser();
const only = process.env["ONLY"] ?? "";
const list = (await shots()).filter(({ name }) => name.includes(only));
const context = await browser.newContext();
await take(
  context,
  list.filter(({ signedIn }) => !signedIn),
);
const own = list.filter(({ signedIn }) => signedIn);
if (own.length > 0) {
  const page = await context.newPage();
  await register(page);
  await take(context, own);
  await leave(page);
}
await browser.close();
