/** What the tools of this folder look at a running site with. */

import { type Browser, chromium } from "playwright";
import { CHROMIUM } from "./chromium.ts";

export const SITE = process.env["FRACTAFRAG_SITE"] ?? "http://localhost:8000";

export function openBrowser(): Promise<Browser> {
  return chromium.launch(CHROMIUM);
}

export async function json(path: string): Promise<unknown> {
  const answer = await fetch(SITE + path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}; is a site running at ${SITE}?`);
  return await answer.json();
}
