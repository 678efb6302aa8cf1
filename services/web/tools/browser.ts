/** The Chromium of the tools of this folder, as the end-to-end tests start it. */

import { type Browser, chromium } from "playwright";

export const SITE = process.env["FRACTAFRAG_SITE"] ?? "http://localhost:8000";

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env["FRACTAFRAG_CHROMIUM"] ?? "/usr/lib/chromium/chromium",
    args: [
      "--use-gl=angle",
      "--use-angle=gl-egl",
      "--ignore-gpu-blocklist",
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
}

export async function json(path: string): Promise<unknown> {
  const answer = await fetch(SITE + path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}; is a site running at ${SITE}?`);
  return await answer.json();
}
