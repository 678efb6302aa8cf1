/** What a visitor waits for, read out of Chromium's own trace of a first visit without a cache. */

import type { Browser, CDPSession } from "playwright";

const LONG_TASK_US = 50_000;
const SETTLE_MS = 1_500;
const TRIES = 4;

interface TraceEvent {
  readonly name: string;
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args?: { readonly data?: { readonly documentLoaderURL?: string } };
}

export interface Load {
  /** Milliseconds from the navigation to the largest paint. */
  readonly lcp: number;
  /**
   * Milliseconds beyond 50 of each task of the page's main thread. From the navigation on, not from the first paint as
   * the usual definition has it: what runs before a paint keeps the visitor waiting too.
   */
  readonly blocking: number;
}

export async function loadOf(browser: Browser, url: string): Promise<Load> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const load = await visit(browser, url);
    if (load !== null) return load;
  }
  throw new Error(`no trace of ${url} was complete`);
}

async function visit(browser: Browser, url: string): Promise<Load | null> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  const events = await traced(session, async () => {
    await page.goto(url, { waitUntil: "load" });
    await page.waitForTimeout(SETTLE_MS);
  });
  await context.close();
  return read(events, url);
}

async function traced(session: CDPSession, act: () => Promise<void>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["loading", "blink.user_timing", "devtools.timeline", "toplevel"] },
  });
  await act();
  const complete = new Promise((done) => session.once("Tracing.tracingComplete", done));
  await session.send("Tracing.end");
  await complete;
  return events;
}

/** Null where the trace lacks what it should have, as Chromium's now and then does. */
function read(events: readonly TraceEvent[], url: string): Load | null {
  const start = events.find(({ name, args }) => name === "navigationStart" && args?.data?.documentLoaderURL === url);
  if (start === undefined) return null;
  const ours = events.filter(({ pid, ts }) => pid === start.pid && ts >= start.ts);
  const last = (name: string) => ours.filter((event) => event.name === name).at(-1)?.ts;
  const largest = last("largestContentfulPaint::Candidate");
  if (largest === undefined) return null;
  const blocking = ours
    .filter(({ name, tid }) => name === "ThreadControllerImpl::RunTask" && tid === start.tid)
    .reduce((sum, { dur = 0 }) => sum + Math.max(0, dur - LONG_TASK_US), 0);
  return { lcp: (largest - start.ts) / 1000, blocking: blocking / 1000 };
}
