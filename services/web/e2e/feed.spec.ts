import { expect, publish, register, test } from "./support";

test("a published work stands in the feed with its picture", async ({ page, request }) => {
  const title = `Tide ${Date.now()}`;
  await publish(request, await register(request), { title });
  await page.goto("/");
  await expect(page.getByRole("link", { name: title })).toBeVisible();
});
