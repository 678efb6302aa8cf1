/** What stories do in the editor. */

import { expect, type Page } from "@playwright/test";
import type { User } from "./support";

/** The caret at the end of a line of the code, from 1. */
export async function goTo(page: Page, line: number): Promise<void> {
  await page.getByRole("textbox", { name: "Shader code" }).click();
  await page.keyboard.press("Control+Home");
  for (let at = 1; at < line; at++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
}

/** Replaces the whole text. */
export async function write(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Shader code" }).click();
  await page.keyboard.press("Control+A");
  await code(page).evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

/** The text that is edited. */
export const code = (page: Page) => page.getByRole("textbox", { name: "Shader code" });

/** Resolves when the browser's own store has the text, and the page says so. */
export async function kept(page: Page, text: string): Promise<void> {
  const stored = () =>
    page.evaluate(async () => {
      const asked = indexedDB.open("fractafrag");
      const db = await new Promise<IDBDatabase>((done) => asked.addEventListener("success", () => done(asked.result)));
      const all = db.transaction("drafts").objectStore("drafts").getAll();
      await new Promise((done) => all.addEventListener("success", done));
      db.close();
      return JSON.stringify(all.result);
    });
  await expect.poll(stored).toContain(text);
  await expect(page.getByText(/^Saved locally at \d\d:\d\d$/)).toBeVisible();
}

/** Resolves when the text as it stands is drawn. */
export const compiled = (page: Page) => expect(page.getByText(/^Compiled in \d+ ms$/)).toBeVisible();

/** A shader as its author sees it. */
export async function fetchShader(page: Page, id: string, user: User) {
  const headers = { Authorization: `Bearer ${user.token}` };
  return await (await page.request.get(`/api/v1/shaders/${id}`, { headers })).json();
}

/** Presses Tab until the element has the focus. */
export async function tabTo(
  page: Page,
  role: "textbox" | "button" | "slider" | "separator",
  name: RegExp,
): Promise<void> {
  const target = page.getByRole(role, { name });
  for (let press = 0; press < 40; press++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${name} cannot be reached by Tab`);
}
