import type { Page, Request } from "@playwright/test";
import { expect, publish, register, signIn, test } from "./support";

const asksFor = (page: Page, path: string) => {
  const found: Request[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).pathname === path) found.push(request);
  });
  return found;
};

/** Pages of shaders that are not there, drawn with the picture of one that is. */
async function longFeed(page: Page, pages: number): Promise<void> {
  const { items } = await (await page.request.get("/api/v1/feed/trending?limit=1")).json();
  await page.route("**/api/v1/feed/new?*", async (route) => {
    const number = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 0);
    const shaders = Array.from({ length: 24 }, (_, n) => {
      const place = number * 24 + n;
      return { ...items[0], id: `made${place}`, title: `Work ${place}`, score: 0 };
    });
    await route.fulfill({ json: { items: shaders, next_cursor: number + 1 < pages ? String(number + 1) : null } });
  });
}

/** Sends what was collected, as when the tab is left. */
const leave = (page: Page) =>
  page.evaluate(() => {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });

test("a shader is seen, played and voted for from its card; its title is text", async ({ page, request }) => {
  const title = `<img src=x onerror=alert(1)> ${Date.now()}`;
  const id = await publish(request, await register(request), { title });
  const loop = async () => (await (await request.get(`/api/v1/shaders/${id}`)).json()).preview_url;
  await expect.poll(loop, { timeout: 30_000 }).not.toBeNull();

  const asked = asksFor(page, "/api/v1/feed/trending");
  await page.goto("/");
  const card = page.getByRole("listitem").filter({ has: page.getByRole("link", { name: title, exact: true }) });
  await expect(card).toContainText("CC-BY-4.0");
  await expect(page.getByText("You have seen them all")).toBeVisible();
  expect(asked).toHaveLength(0);

  const welcome = page.getByRole("complementary", { name: "About this site" });
  await expect(welcome.getByRole("link", { name: "Write your first shader" })).toHaveAttribute("href", "/new");
  await welcome.getByRole("button", { name: "Dismiss" }).click();
  await expect(welcome).toHaveCount(0);

  await card.hover();
  await expect(card.locator("img[data-loop]")).toHaveCSS("opacity", "1");
  await card.getByRole("button", { name: "Vote" }).click();
  await expect(page).toHaveURL("/sign-in");

  await signIn(page, await register(request, "reader"));
  await expect(page.getByRole("link", { name: "For you" })).toHaveAttribute("aria-current", "page");
  await expect(welcome).toHaveCount(0);
  await card.hover();
  await card.getByRole("button", { name: "Vote" }).click();
  await expect(card.getByRole("button", { name: "Voted" })).toBeVisible();
  await expect(card).toContainText("1 vote");
  await expect.poll(async () => (await (await request.get(`/api/v1/shaders/${id}`)).json()).up).toBe(1);
  await page.reload();
  await page.getByRole("link", { name: "New", exact: true }).click();
  await card.hover();
  await expect(card.getByRole("button", { name: "Voted" })).toBeVisible();
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Voted for" }).click();
  await expect(page.getByRole("list", { name: "Shaders voted for" })).toContainText(title);
});

test("the feed goes on by itself, keeps its place, and is walked by keyboard alone", async ({ page }) => {
  await longFeed(page, 3);
  await page.goto("/?feed=new");
  const cards = page.getByRole("list", { name: "New shaders" }).getByRole("listitem");
  const more = page.getByRole("button", { name: "More" });
  await expect(cards).toHaveCount(24);
  await more.dispatchEvent("click");
  await expect(cards).toHaveCount(48);
  await cards.nth(47).scrollIntoViewIfNeeded();
  await expect(cards).toHaveCount(72);
  await cards.nth(71).scrollIntoViewIfNeeded();
  await expect(page.getByText("You have seen them all")).toBeVisible();

  const link = (n: number) => page.getByRole("link", { name: `Work ${n}`, exact: true });
  await link(60).scrollIntoViewIfNeeded();
  const place = await page.evaluate(() => window.scrollY);
  expect(place).toBeGreaterThan(1000);
  await link(60).click();
  await expect(page).toHaveURL("/s/made60");
  await page.goBack();
  await expect(cards).toHaveCount(72);
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBe(place);

  await link(0).focus();
  await page.keyboard.press("ArrowRight");
  await expect(link(1)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await expect(link(1)).toBeFocused();
  await page.keyboard.press("End");
  await expect(link(71)).toBeFocused();
  await page.keyboard.press("Home");
  await page.keyboard.press("Tab");
  await expect(cards.nth(0).getByRole("button", { name: "Vote" })).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/s/made0");
  await page.goBack();
  await expect(link(0)).toBeFocused();
});

test("a page that fails says so and is asked for again", async ({ page }) => {
  await page.route("**/api/v1/feed/new?*", (route) => route.fulfill({ status: 500, json: { code: "internal" } }));
  await page.goto("/?feed=new");
  await expect(page.getByText("The shaders could not be loaded")).toBeVisible();
  await page.unroute("**/api/v1/feed/new?*");
  await longFeed(page, 1);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("list", { name: "New shaders" }).getByRole("listitem")).toHaveCount(24);
});

test("what was looked at is sent of users, and of nobody who asks not to be tracked", async ({ page, request }) => {
  await publish(request, await register(request), { title: `Seen ${Date.now()}` });
  await signIn(page, await register(request, "reader"));
  const sent = asksFor(page, "/api/v1/feed/events");
  await page.goto("/?feed=trending");
  await page
    .getByRole("listitem")
    .filter({ has: page.locator("[data-card]") })
    .first()
    .hover();
  await page.waitForTimeout(1300);
  await leave(page);
  await expect.poll(() => sent.length).toBe(1);
  const { events } = sent[0]?.postDataJSON() ?? {};
  expect(events[0]).toMatchObject({ kind: "impression", position: 0 });
  expect((await sent[0]?.response())?.status()).toBe(202);

  const quiet = await page.context().newPage();
  await quiet.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
  const none = asksFor(quiet, "/api/v1/feed/events");
  await quiet.goto("/?feed=trending");
  await expect(quiet.getByRole("list", { name: "Trending shaders" })).toBeVisible();
  await quiet.waitForTimeout(1300);
  await leave(quiet);
  await quiet.waitForTimeout(300);
  expect(none).toHaveLength(0);
});
