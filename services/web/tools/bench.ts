/**
 * `make bench-web`: the size of the scripts, what a visitor waits for, and how smooth a full grid is, on the site that
 * runs at FRACTAFRAG_SITE with the build of this checkout.
 *
 * Baselines of the same run: React with nothing to show (built here, for sizes), a page of plain text from the same
 * server (for the load) and an empty page (for frames). Prints a table and writes build/bench/web.json: rows of name,
 * value, unit, baseline, ratio, goal. 1 is the exit status when the feed's script is larger than its goal.
 */

import { mkdir, writeFile } from "node:fs/promises";
import type { Browser, Page } from "playwright";
import { json, openBrowser, SITE } from "./browser.ts";
import { reactAlone, scriptSizes } from "./sizes.ts";
import { type Load, loadOf } from "./trace.ts";

const REPORT = "../../build/bench/web.json";
const FEED_GOAL_KB = 130;
const ROUNDS = 7;
const CARDS = 60;
const FRAMES_MS = 4_000;
const SETTLE_MS = 1_000;

interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: number | null;
  readonly ratio: number | null;
  readonly goal: number | null;
}

function row(name: string, value: number, unit: string, baseline: number | null, goal: number | null = null): Row {
  const round = (number: number) => Math.round(number * 10) / 10;
  const ratio = baseline === null || baseline === 0 ? null : Math.round((value / baseline) * 100) / 100;
  return { name, value: round(value), unit, baseline: baseline === null ? null : round(baseline), ratio, goal };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

async function sizes(): Promise<Row[]> {
  const [ours, react] = [await scriptSizes(), await reactAlone()];
  return [
    row("script of the feed, gzip", ours.feed, "KB", react, FEED_GOAL_KB),
    row("script of the editor beside it, gzip", ours.editor, "KB", react),
    row("script of the embed, gzip", ours.embed, "KB", react),
  ];
}

async function load(browser: Browser): Promise<Row[]> {
  const feed: Load[] = [];
  const text: Load[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    feed.push(await loadOf(browser, `${SITE}/`));
    text.push(await loadOf(browser, `${SITE}/robots.txt`));
  }
  const of = (list: readonly Load[], part: keyof Load) => median(list.map((one) => one[part]));
  return [
    row("largest picture of / painted (LCP)", of(feed, "lcp"), "ms", of(text, "lcp")),
    row("total blocking time of /, from its start", of(feed, "blocking"), "ms", of(text, "blocking")),
  ];
}

/** The feed answered with as many cards as are wanted, made of the site's own. */
async function fill(page: Page): Promise<void> {
  const { items } = (await json("/api/v1/feed/trending?limit=60")) as { items: Record<string, unknown>[] };
  const cards = Array.from({ length: CARDS }, (_, place) => ({ ...items[place % items.length], id: `card${place}` }));
  const body = { items: cards, next_cursor: null };
  await page.route("**/api/v1/feed/**", (route) =>
    route.request().method() === "GET" ? route.fulfill({ json: body }) : route.fulfill({ status: 204 }),
  );
  // The document brings the first answer itself; without it the page asks.
  await page.route(`${SITE}/`, async (route) => {
    const answer = await route.fetch();
    const document = (await answer.text()).replace(/"answers":\{.*\}\}<\/script>/s, '"answers":{}}</script>');
    await route.fulfill({ response: answer, body: document });
  });
}

function framesPerSecond(page: Page): Promise<number> {
  return page.evaluate(
    (span) =>
      new Promise<number>((answer) => {
        let frames = 0;
        let began = 0;
        const count = (now: number) => {
          began ||= now;
          frames += 1;
          if (now - began < span) requestAnimationFrame(count);
          else answer(((frames - 1) * 1000) / (now - began));
        };
        requestAnimationFrame(count);
      }),
    FRAMES_MS,
  );
}

async function frames(browser: Browser): Promise<Row[]> {
  const page = await browser.newPage({ viewport: { width: 1600, height: 3400 } });
  await page.goto(`${SITE}/healthz`);
  const empty = await framesPerSecond(page);
  await fill(page);
  await page.goto(`${SITE}/`, { waitUntil: "networkidle" });
  await page.waitForTimeout(SETTLE_MS);
  const inView = await page
    .locator("main img")
    .evaluateAll((all) => all.filter((one) => one.getBoundingClientRect().top < innerHeight).length);
  const full = await framesPerSecond(page);
  await page.close();
  return [row("cards in view", inView, "", null), row("frames per second with them", full, "fps", empty)];
}

function print(rows: readonly Row[]): void {
  const line = (...cells: readonly string[]) =>
    process.stdout.write(
      `${(cells[0] ?? "").padEnd(38)}${cells
        .slice(1)
        .map((cell) => cell.padStart(10))
        .join("")}\n`,
    );
  line("", "value", "unit", "baseline", "ratio", "goal");
  for (const { name, value, unit, baseline, ratio, goal } of rows) {
    line(name, String(value), unit, String(baseline ?? ""), String(ratio ?? ""), goal === null ? "" : `<= ${goal}`);
  }
}

const browser = await openBrowser();
const rows = [...(await sizes()), ...(await load(browser)), ...(await frames(browser))];
await browser.close();
print(rows);
await mkdir("../../build/bench", { recursive: true });
await writeFile(REPORT, `${JSON.stringify(rows, null, 1)}\n`);
process.exitCode = rows.every(({ value, goal }) => goal === null || value <= goal) ? 0 : 1;
