/** The site without a network, without storage, without motion, and by finger. */

import { code, fetchShader, goTo, kept, write } from "./editing";
import { expect, GRADIENT, publish, register, signIn, test } from "./support";

test("without a network what is written stays, and is saved when it is back", async ({ page, context, request }) => {
  const user = await register(request);
  await signIn(page, user);
  await page.goto("/new");
  await write(page, `${GRADIENT}// before\n`);
  await kept(page, "// before");
  await context.setOffline(true);
  await expect(page.getByText("You are offline. What you write is kept in this browser.")).toBeVisible();
  await page.getByLabel("Title").fill("Under way");
  await kept(page, "Under way");
  await page.keyboard.press("Control+S");
  await expect(page.getByText("try again when the network is back. The text is kept in this browser.")).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText("What you write is kept")).toHaveCount(0);
  await page.keyboard.press("Control+S");
  await expect(page.getByText("Version 1", { exact: true })).toBeVisible();
  const id = /\/edit\/(\w+)/.exec(page.url())?.[1] ?? "";
  expect(await fetchShader(page, id, user)).toMatchObject({ title: "Under way", source: `${GRADIENT}// before\n` });
});

test("a browser that keeps nothing says so, and asks before the tab is closed", async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(window, "indexedDB", { value: undefined }));
  await page.goto("/new?template=es300");
  await goTo(page, 2);
  await page.keyboard.type("\n// only here");
  await expect(page.getByText("This browser keeps nothing: save before you close the tab")).toBeVisible();
  const asked = page.waitForEvent("dialog");
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  await expect(code(page)).toContainText("// only here");
});

test("who asks for less motion sees stills, and plays what they choose", async ({ page, request }) => {
  const title = `Quiet ${Date.now()}`;
  const id = await publish(request, await register(request), { title });
  const loop = async () => (await (await request.get(`/api/v1/shaders/${id}`)).json()).preview_url;
  await expect.poll(loop, { timeout: 30_000 }).not.toBeNull();
  await page.goto("/?feed=new");
  const card = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: title, exact: true }) });
  const moving = card.locator("img[data-loop]");
  await card.hover();
  await expect(moving).toHaveCount(1);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await expect(moving).toHaveCount(0);
  await page.mouse.move(0, 0);
  await card.hover();
  await page.waitForTimeout(1000);
  await expect(moving).toHaveCount(0);
  await page.goto(`/s/${id}`);
  const play = page.getByRole("button", { name: "Play", exact: true }).first();
  await expect(play).toBeVisible();
  await expect(page.getByRole("button", { name: "Pause" })).toHaveCount(0);
  await play.click();
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible();
});

test("a work that flashes shows its still everywhere until one asks", async ({ page, request }) => {
  const title = `Strobe ${Date.now()}`;
  const source = "void mainImage(out vec4 c, in vec2 p) { c = vec4(vec3(step(0.5, fract(iTime * 5.0 + 0.1))), 1.0); }";
  const id = await publish(request, await register(request), { title, source });
  const flashes = async () => (await (await request.get(`/api/v1/shaders/${id}`)).json()).flashes;
  await expect.poll(flashes, { timeout: 30_000 }).toBe(true);
  const sentence = page.getByText(/^This work flashes\./);
  const anyway = page.getByRole("button", { name: "Play it anyway" });
  const pause = page.getByRole("button", { name: "Pause" });

  await page.goto(`/embed/${id}?autoplay=1`);
  await expect(sentence).toBeVisible();
  await expect(pause).toHaveCount(0);
  await anyway.click();
  await expect(pause).toBeVisible();
  await expect(sentence).toHaveCount(0);

  await page.goto(`/s/${id}`);
  await expect(sentence).toBeVisible();
  await expect(pause).toHaveCount(0);
  await page.goto("/?feed=new");
  const card = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: title, exact: true }) });
  await card.hover();
  await expect(sentence).toBeVisible();
  await expect(card.locator("img[data-loop]")).toHaveCount(0);
  await anyway.click();
  await expect(card.locator("img[data-loop]")).toHaveCSS("opacity", "1");
  await card.getByRole("link", { name: title, exact: true }).click();
  await expect(pause).toBeVisible();
});

test.describe("on a telephone", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 740 } });

  test("a shader is found, played and left again by finger, and no page is wider than the screen", async ({
    page,
    request,
  }) => {
    const title = `By hand ${Date.now()}`;
    const id = await publish(request, await register(request), { title });
    const card = page.getByRole("link", { name: title, exact: true });
    // Lists are a few seconds old.
    await expect(async () => {
      await page.goto("/?feed=new");
      await expect(card).toBeVisible({ timeout: 2_000 });
    }).toPass();
    await card.tap();
    await expect(page).toHaveURL(`/s/${id}`);
    await page.getByRole("button", { name: "Pause" }).tap();
    await expect(page.getByRole("button", { name: "Play", exact: true })).toBeVisible();
    await page.getByRole("button", { name: /^Menu/ }).tap();
    await page.getByRole("menuitem", { name: "Explore" }).tap();
    await expect(page).toHaveURL("/explore");
    for (const path of ["/", "/explore", `/s/${id}`, "/new", "/sign-in", "/about"]) {
      await page.goto(path);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(360);
    }
  });
});
