import { expect, publish, register, test } from "./support";

test("shaders are searched as one types, filtered, and found again by the address", async ({ page, request }) => {
  const word = `zebra${Date.now().toString(36)}`;
  const artist = await register(request);
  await publish(request, artist, { title: `${word} lagoon`, tags: ["water", "night"], ai_label: "ai-assisted" });
  await publish(request, artist, { title: `${word} ridge`, tags: ["night"], licence: "MIT" });
  const lagoon = page.getByRole("link", { name: `${word} lagoon` });
  const ridge = page.getByRole("link", { name: `${word} ridge` });
  const search = page.getByRole("searchbox", { name: "Search shaders" });

  await page.goto("/");
  // The page hears keys a moment after it is seen.
  await expect(async () => {
    await page.keyboard.press("/");
    await expect(search).toBeFocused({ timeout: 500 });
  }).toPass();
  await page.keyboard.type(word);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/explore?q=${word}`);
  await expect(lagoon).toBeVisible();
  await expect(ridge).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "2 shaders" })).toBeVisible();

  await expect(search).toBeFocused();
  await page.keyboard.type(" lag");
  await expect(ridge).toHaveCount(0);
  await expect(page).toHaveURL(`/explore?q=${word}+lag`);
  await page.keyboard.press("Escape");
  await expect(search).not.toBeFocused();

  await page.getByRole("link", { name: /^Remove “/ }).click();
  await page.getByLabel("Tag, add with Enter").fill("#Night");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/explore?tag=night");
  await page.getByLabel("Author, add with Enter").fill(`@${artist.handle}`);
  await page.keyboard.press("Enter");
  await expect(ridge).toBeVisible();
  await page.getByLabel("Licence").selectOption("MIT");
  await expect(lagoon).toHaveCount(0);
  await expect(page).toHaveURL(`/explore?tag=night&author=${artist.handle}&licence=MIT`);
  await page.getByLabel("AI label").selectOption("By hand");
  await page.getByLabel("Order").selectOption("Newest");
  await page.getByLabel("Time").selectOption("This week");
  await page.getByLabel("Dialect").selectOption("Shadertoy");
  await expect(page).toHaveURL(/dialect=shadertoy/);
  await expect(ridge).toBeVisible();
  const shared = page.url();

  await page.getByLabel("Dialect").selectOption("GLSL Sandbox");
  await expect(page.getByText("No shader fits all of this")).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL(shared);
  await expect(ridge).toBeVisible();
  await page.reload();
  await expect(ridge).toBeVisible();
  await expect(page.getByLabel("Licence")).toHaveValue("MIT");
  await page.getByRole("link", { name: "Clear all" }).click();
  await expect(page).toHaveURL("/explore");
  await expect(lagoon).toBeVisible();
});

test("two filters chosen before the page is drawn anew both count", async ({ page }) => {
  await page.goto("/explore");
  await expect(page.getByLabel("Licence")).toBeVisible();
  await page.evaluate(() => {
    for (const [label, value] of [
      ["Licence", "MIT"],
      ["Time", "week"],
    ]) {
      const choice = document.querySelector<HTMLSelectElement>(`select[aria-label="${label}"]`);
      if (choice === null || value === undefined) throw new Error(`no choice ${label}`);
      choice.value = value;
      choice.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  await expect(page).toHaveURL("/explore?period=week&licence=MIT");
});

test("at 360 px the filters fold and everything has its place", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 700 });
  await page.goto("/explore");
  await expect(page.getByLabel("Licence")).toBeHidden();
  await page.getByRole("button", { name: "Filters" }).click();
  await page.getByLabel("Licence").selectOption("MIT");
  await expect(page).toHaveURL("/explore?licence=MIT");
  await page.getByRole("button", { name: "Menu" }).click();
  await expect(page.getByRole("menuitem", { name: "Sign in" })).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("menuitem", { name: "Register" })).toBeFocused();
  await page.getByRole("menuitemradio", { name: "Light" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Menu" })).toBeFocused();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});
