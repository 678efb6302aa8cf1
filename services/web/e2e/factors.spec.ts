import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, register, signIn, test } from "./support";

/** A device with passkeys, whose user is always there and verified. */
async function addDevice(page: Page): Promise<() => Promise<number>> {
  const browser = await page.context().newCDPSession(page);
  await browser.send("WebAuthn.enable");
  const { authenticatorId } = await browser.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return async () => (await browser.send("WebAuthn.getCredentials", { authenticatorId })).credentials.length;
}

/** What an app shows for this secret now (RFC 6238), or some steps later. */
function codeOf(secret: string, later = 0): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((sign) => alphabet.indexOf(sign).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const digest = createHmac("sha1", key).update(step).digest();
  const number = digest.readUInt32BE((digest[19] ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

async function signOut(page: Page): Promise<void> {
  await page.goto("/settings/sessions");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/");
}

test("a passkey is added, signs in and is removed", async ({ page, request }) => {
  const held = await addDevice(page);
  const user = await register(request, "keyholder");
  await signIn(page, user);

  await test.step("it is made by the device and named", async () => {
    await page.goto("/settings/security");
    await page.getByLabel("Name of a new passkey").fill("My laptop");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await expect(page.getByRole("listitem").filter({ hasText: "My laptop" })).toContainText("not used yet");
    expect(await held()).toBe(1);
    await page.getByRole("button", { name: "Rename the passkey My laptop" }).click();
    await page.getByRole("dialog").getByLabel("Name").fill("Work laptop");
    await page.getByRole("dialog").getByRole("button", { name: "Rename" }).click();
    await expect(page.getByRole("listitem").filter({ hasText: "Work laptop" })).toBeVisible();
  });

  await test.step("the device has one for this account already", async () => {
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await expect(page.getByRole("alert")).toContainText("has a passkey for your account already");
  });

  await test.step("it signs in, without a handle or a password", async () => {
    await signOut(page);
    await page.goto("/sign-in");
    // The suggestions of the browser, which the virtual device answers by itself, may be quicker than the button.
    const button = page.getByRole("button", { name: "Use a passkey" });
    await button.click({ timeout: 5_000 }).catch(() => undefined);
    await expect(page.getByRole("banner")).toContainText(user.handle);
    await page.goto("/settings/security");
    await expect(page.getByRole("listitem").filter({ hasText: "Work laptop" })).toContainText("last used");
  });

  await test.step("it is removed after a question", async () => {
    await page.getByRole("button", { name: "Remove the passkey Work laptop" }).click();
    await page.getByRole("button", { name: "Remove passkey" }).click();
    await expect(page.getByRole("listitem").filter({ hasText: "Work laptop" })).toBeHidden();
  });
});

test("codes of an app are asked for after the password", async ({ page, request }) => {
  const user = await register(request, "coder");
  await signIn(page, user);
  let secret = "";
  let codes: string[] = [];

  await test.step("the app is set up, and recovery codes are shown once", async () => {
    await page.goto("/settings/security");
    await page.getByRole("button", { name: "Set up a code app" }).click();
    await expect(page.getByAltText("QR code for your code app")).toBeVisible();
    secret = ((await page.locator("code").textContent()) ?? "").replaceAll(" ", "");
    await page.getByLabel("Code", { exact: true }).fill("000000");
    await page.getByRole("button", { name: "Turn codes on" }).click();
    await expect(page.getByLabel("Code", { exact: true })).toHaveAccessibleDescription(/wrong/);
    await page.getByLabel("Code", { exact: true }).fill(codeOf(secret));
    await page.getByRole("button", { name: "Turn codes on" }).click();
    await expect(page.locator("ol > li")).toHaveCount(10);
    codes = await page.locator("ol > li").allTextContents();
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download" }).click(),
    ]);
    expect(file.suggestedFilename()).toBe(`Recovery codes of ${user.handle}.txt`);
    await page.getByRole("button", { name: "I have kept them" }).click();
    await expect(page.locator("main")).not.toContainText(codes[0] ?? "-");
    await expect(page.locator("main")).toContainText("10 of 10 recovery codes are left");
  });

  await test.step("a sign-in has two steps", async () => {
    await signOut(page);
    await page.goto("/sign-in");
    await page.getByLabel("Handle or e-mail").fill(user.handle);
    await page.getByLabel("Password").fill(user.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByLabel("Code", { exact: true })).toBeFocused();
    await page.getByLabel("Code", { exact: true }).fill("000000");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByLabel("Code", { exact: true })).toHaveAccessibleDescription(/wrong/);
    await page.getByLabel("Code", { exact: true }).fill(codeOf(secret, 1));
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByRole("banner")).toContainText(user.handle);
  });

  await test.step("an old proof is asked for again, and the request goes on by itself", async () => {
    await page.goto("/settings/security");
    // Fifteen minutes do not pass here: the first answer says what it would say then.
    const old = { code: "proof_needed", ways: ["code"], title: "", detail: "", status: 403 };
    await page.route("**/api/v1/auth/totp", (route) => route.fulfill({ status: 403, json: old }), { times: 1 });
    await page.getByRole("button", { name: "Turn codes off" }).click();
    await page.getByRole("button", { name: "Turn off" }).click();
    const dialog = page.getByRole("dialog", { name: "Show again that it is you" });
    await dialog.getByLabel("Code").fill(codes[0] ?? "");
    await dialog.getByRole("button", { name: "Go on" }).click();
    await expect(page.getByRole("button", { name: "Set up a code app" })).toBeVisible();
    await expect(dialog).toBeHidden();
  });
});
