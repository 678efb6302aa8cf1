import type { Page } from "@playwright/test";
import { expect, register, signIn, test } from "./support";

/** Opens the link of the newest mail to `email` in the site's mailbox (playwright.config.ts turns it on). */
async function openLink(page: Page, email: string, subject: RegExp, link: string): Promise<void> {
  const mail = page.getByRole("listitem").filter({ hasText: email }).filter({ hasText: subject }).first();
  await expect(async () => {
    await page.goto("/mailbox");
    await expect(mail).toBeVisible({ timeout: 500 });
  }).toPass();
  await mail.getByRole("link").click();
  // A click before the frame is whole goes nowhere.
  await expect(async () => {
    await page.frameLocator("iframe").getByRole("link", { name: link }).click({ timeout: 2000 });
    await expect(page).not.toHaveURL(/mailbox/, { timeout: 2000 });
  }).toPass();
}

test("a forgotten password is set anew by mail", async ({ page, request }) => {
  const user = await register(request);
  const email = `${user.handle}@example.org`;
  const password = "eight moons over Porto";

  await test.step("the link is asked for, and works once", async () => {
    await page.goto("/sign-in");
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    // The sign-in page, which is shown until this one is loaded, has such a field, too.
    await expect(page.getByRole("heading", { name: "Forgotten password" })).toBeVisible();
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("button", { name: "Send the link" }).click();
    await expect(page.getByText("a mail is on its way")).toBeVisible();
    await openLink(page, email, /new password/, "Set a new password");
    await expect(page).toHaveURL("/reset");
    await page.getByLabel("New password").fill("password1");
    await page.getByRole("button", { name: "Set this password" }).click();
    await expect(page.getByRole("alert")).toContainText("stranger");
    await page.getByLabel("New password").fill(password);
    await page.getByRole("button", { name: "Set this password" }).click();
    await expect(page.getByRole("heading", { name: "Your password is changed" })).toBeVisible();
    await openLink(page, email, /Set a new password/, "Set a new password");
    await page.getByLabel("New password").fill(password);
    await page.getByRole("button", { name: "Set this password" }).click();
    await expect(page.getByRole("heading", { name: "This link is not good any more" })).toBeVisible();
  });

  await test.step("the new password signs in, and every session from before has ended", async () => {
    const headers = { Authorization: `Bearer ${user.token}` };
    expect((await request.get("/api/v1/users/me", { headers })).status()).toBe(401);
    await signIn(page, { ...user, password });
  });

  await test.step("the link has confirmed the address, too", async () => {
    await page.goto("/settings");
    await expect(page.getByText("is not confirmed")).toHaveCount(0);
  });
});
