import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { middleOf } from "./pixels";
import { expect, publish, register, test } from "./support";

/** Red at 0 s, green from 5 s on; blue where the mouse was pressed. */
const LIGHT = "void mainImage(out vec4 c, in vec2 p) { c = vec4(iTime < 5.0, iTime >= 5.0, iMouse.z > 0.0, 1); }";

test("an embed plays in a sandboxed frame of another site, still first", async ({ page, request }) => {
  const title = "<b>Light</b>";
  const id = await publish(request, await register(request), { title, source: LIGHT, still_time: 1 });
  // A site of its own on another origin; the address bar's query goes on to the embed.
  const elsewhere = createServer(({ url = "/" }, response) => {
    const address = new URL(`/embed/${id}${url.slice(1)}`, test.info().project.use.baseURL);
    response.setHeader("Content-Type", "text/html");
    response.end(`<iframe sandbox="allow-scripts allow-popups" width="640" height="360" src="${address}"></iframe>`);
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, "127.0.0.1", resolve));
  const site = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
  await page.goto(site);
  const embed = page.frameLocator("iframe");
  const link = embed.getByRole("link", { name: /Light/ });
  await expect(link).toContainText(title);
  await expect(link).toHaveAttribute("href", new RegExp(`/s/${id}$`));
  await expect(link).toHaveAttribute("target", "_blank");
  await expect(embed.locator("img.picture")).toBeVisible();
  await embed.getByRole("button", { name: "Play" }).click();
  await expect(embed.locator("img.gone")).toHaveCount(1);
  await expect(embed.getByRole("button", { name: "Pause" })).toBeVisible();

  await page.goto(`${site}?autoplay=1&controls=0&t=6&mouse=0`);
  await expect(embed.locator("img.gone")).toHaveCount(1);
  await expect(embed.getByRole("link")).toHaveCount(0);
  const box = page.locator("iframe");
  await box.hover();
  await page.mouse.down();
  expect(await middleOf(page, await box.screenshot())).toEqual([0, 255, 0]);
  await page.mouse.up();
  elsewhere.close();
});
