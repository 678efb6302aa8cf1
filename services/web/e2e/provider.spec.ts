import type { APIRequestContext, Page } from "@playwright/test";
import { expect, register, signIn, test } from "./support";

interface Person {
  readonly sub: string;
  readonly email: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

/** Signs in at the provider whose page is open; it is told before who that is. */
async function allow(page: Page, request: APIRequestContext, { sub, ...claims }: Person): Promise<void> {
  await page.waitForURL(/\/oauth2\/authorize/);
  const { origin } = new URL(page.url());
  const told = await request.put(`${origin}/users/${sub}`, { data: claims, maxRetries: 2 });
  expect(told.ok(), await told.text()).toBe(true);
  await page.getByPlaceholder("sub").fill(sub);
  await page.getByRole("button", { name: "Authorize" }).click();
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: /account/i }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();
}

test.beforeEach(async ({ request }) => {
  const { providers } = await (await request.get("/api/v1/auth/ways")).json();
  test.skip(providers.length === 0, "this site has no provider");
});

test("an account is made and opened with a provider", async ({ page, request }) => {
  const sub = `grace-${Date.now().toString(36)}`;
  const grace = { sub, email: `${sub}@example.org`, email_verified: true, name: "Grace H." };

  await test.step("the handle is proposed, and chosen before the account is made", async () => {
    await page.goto("/sign-in?next=%2Fsettings%2Fsign-in");
    await page.getByRole("button", { name: "Continue with Test ID" }).click();
    await allow(page, request, grace);
    await expect(page.getByRole("heading", { name: "Make your account" })).toBeVisible();
    expect(new URL(page.url()).search).toBe("");
    await expect(page.getByLabel("Handle")).toHaveValue(/^grace-h/);
    await expect(page.getByLabel("Display name")).toHaveValue("Grace H.");
    await expect(page.getByText(`Your address is ${grace.email}`)).toBeVisible();
    await page.getByLabel("Handle").fill("admin");
    await page.getByRole("button", { name: "Make my account" }).click();
    await expect(page.getByText("this handle is reserved", { exact: false })).toBeVisible();
    await page.getByLabel("Handle").fill(sub);
    await page.getByRole("button", { name: "Make my account" }).click();
    await expect(page).toHaveURL("/settings/sign-in");
  });

  await test.step("its only way in stays", async () => {
    await page.getByRole("button", { name: /^Unlink Test ID/ }).click();
    await expect(page.getByRole("alert")).toContainText("the last way into your account");
  });

  await test.step("the next sign-in opens the account, and a reload keeps it", async () => {
    await signOut(page);
    await page.goto("/sign-in");
    await page.getByRole("button", { name: "Continue with Test ID" }).click();
    await allow(page, request, grace);
    await expect(page.getByRole("banner")).toContainText("Grace H.");
    await page.reload();
    await expect(page.getByRole("banner")).toContainText("Grace H.");
  });
});

test("a provider is linked to an account that has its address, and unlinked", async ({ page, request }) => {
  const user = await register(request, "joan");
  const joan = { sub: user.handle, email: `${user.handle}@example.org`, email_verified: true };

  await test.step("the account's password is asked for, once", async () => {
    await page.goto("/sign-in");
    await page.getByRole("button", { name: "Continue with Test ID" }).click();
    await allow(page, request, joan);
    await expect(page.getByRole("heading", { name: "You have an account here" })).toBeVisible();
    await page.getByLabel("Handle or e-mail").fill(user.handle);
    await page.getByLabel("Password").fill(user.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL("/");
    await expect(page.getByRole("banner")).toContainText(user.handle);
  });

  await test.step("it is unlinked, and linked again from the settings", async () => {
    await page.goto("/settings/sign-in");
    await page.getByRole("button", { name: /^Unlink Test ID/ }).click();
    await expect(page.getByText("Test ID is unlinked.")).toBeVisible();
    await page.getByRole("button", { name: "Link Test ID" }).click();
    await allow(page, request, joan);
    await expect(page).toHaveURL("/settings/sign-in");
    await expect(page.getByRole("button", { name: /^Unlink Test ID/ })).toBeVisible();
  });
});

test("who does not go on at the provider is told so, and signs in another way", async ({ page, request }) => {
  const user = await register(request);
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Continue with Test ID" }).click();
  await page.getByRole("button", { name: "Deny" }).click();
  await expect(page.getByRole("heading", { name: "This sign-in did not work" })).toBeVisible();
  await signIn(page, user);
});
