import { expect, GRADIENT, publish, register, test } from "./support";

test("a profile shows what is public, and to its owner the rest", async ({ page, request }) => {
  const artist = await register(request);
  const headers = { Authorization: `Bearer ${artist.token}` };
  const profile = { display_name: "Ada <b>L.</b>", bio: "Distance fields." };
  expect((await request.patch("/api/v1/users/me", { headers, data: profile })).ok()).toBe(true);
  await publish(request, artist, { title: "Shown to all" });
  const source = GRADIENT.replace("0.5 + 0.5", "0.3 + 0.5");
  await publish(request, artist, { title: "Kelp", visibility: "draft", source });
  await publish(request, artist, { title: "Second try", visibility: "draft" }, false);

  await page.goto(`/u/${artist.handle}`);
  await expect(page.getByRole("heading", { name: "Ada <b>L.</b>" })).toBeVisible();
  await expect(page.getByText("Distance fields.")).toBeVisible();
  await expect(page.getByText("1 shader", { exact: true })).toBeVisible();
  await expect(page.getByRole("link", { name: "Shown to all" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Your shaders" })).toHaveCount(0);

  await page.goto("/sign-in");
  await page.getByLabel("Handle or e-mail").fill(artist.handle);
  await page.getByLabel("Password", { exact: true }).fill(artist.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Account of Ada" }).click();
  await page.getByRole("menuitem", { name: "Drafts" }).click();
  await expect(page).toHaveURL(`/u/${artist.handle}?show=draft`);
  await expect(page.getByRole("list", { name: "Drafts" }).getByRole("listitem")).toHaveCount(2);
  await page.getByLabel("Find by title").fill("kel");
  await expect(page.getByRole("list", { name: "Drafts" }).getByRole("listitem")).toHaveCount(1);
  // What nobody else may see is shown, too.
  const still = page.getByRole("list", { name: "Drafts" }).locator("img").first();
  await expect.poll(() => still.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
  const address = (await still.getAttribute("src")) ?? "";
  expect((await request.get(address)).status()).toBe(200);
  expect((await request.get(address.replace(/[?].*/, ""))).status()).toBe(404);
  await page.getByRole("navigation", { name: "Your shaders" }).getByRole("link", { name: "Private" }).click();
  await expect(page.getByText("You have no private shaders")).toBeVisible();
  await page.getByRole("button", { name: "Account of Ada" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("navigation", { name: "Your shaders" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Shown to all" })).toBeVisible();
});

test("nobody, nothing, and what the site is", async ({ page }) => {
  await page.goto("/u/nobody-at-all");
  await expect(page.getByRole("heading", { name: "There is nobody called nobody-at-all here" })).toBeVisible();
  await page.goto("/no/such/place");
  await expect(page.getByRole("heading", { name: "There is nothing at this address" })).toBeVisible();
  await page.goto("/about#agents");
  await expect(page.getByRole("heading", { name: "For agents" })).toBeInViewport();
  await expect(page.getByRole("region", { name: "Addresses" })).toContainText("/mcp/readonly");
});
