/** Pictures as pixels: decoded by the browser under test, which is the one that made them. */

import { readFile } from "node:fs/promises";
import { expect, type Page } from "@playwright/test";

/** The file that "Save picture" gives. */
export async function savedPicture(page: Page): Promise<Buffer> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save picture" }).click(),
  ]);
  return await readFile(await download.path());
}

/** The pixel in the middle. */
export async function middleOf(page: Page, file: Buffer): Promise<readonly number[]> {
  return await page.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]), { premultiplyAlpha: "none" });
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    const { data } = context?.getImageData(bitmap.width / 2, bitmap.height / 2, 1, 1) ?? { data: [] };
    return [...data].slice(0, 3);
  }, file.toString("base64"));
}

/** Waits until the live picture is on the canvas. */
export async function live(page: Page): Promise<void> {
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible();
  await expect(page.getByText("0.00 s")).toBeHidden();
}
