import { readFile } from "node:fs/promises";
import { expect, publish, register, signIn, test } from "./support";

test("an account from its beginning to its end", async ({ page, context, request }) => {
  const taken = await register(request);
  const handle = `ada-${Date.now().toString(36)}`;
  const password = "seven moons over Lisbon";

  await test.step("register: mistakes stand at their fields", async () => {
    await page.goto("/register?next=/settings/keys");
    await page.getByLabel("Handle").fill(taken.handle);
    await page.getByLabel("E-mail").fill(`${handle}@example.org`);
    await page.getByLabel("Password").fill("password");
    await page.getByRole("button", { name: "Register" }).click();
    await expect(page.getByLabel("Password")).toHaveAccessibleDescription(/stranger would try first.*\./);
    await expect(page.getByLabel("Password")).toHaveAttribute("aria-invalid", "true");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Register" }).click();
    await expect(page.getByLabel("Handle")).toHaveAccessibleDescription(/taken/);
    await page.getByLabel("Handle").fill(handle);
    await page.getByRole("button", { name: "Register" }).click();
    await expect(page).toHaveURL("/settings/keys");
  });

  await test.step("a key is shown once, works, and is dead when it is revoked", async () => {
    await page.getByLabel("Name").fill("my agent");
    await page.getByLabel(/^Write/).check();
    await page.getByRole("button", { name: "Create key" }).click();
    const key = await page.getByRole("textbox", { name: "The key my agent" }).inputValue();
    expect(key).toMatch(/^ff_live_/);
    const ask = () => request.get("/api/v1/keys/current", { headers: { Authorization: `Bearer ${key}` } });
    expect((await (await ask()).json()).handle).toBe(handle);
    await page.getByRole("button", { name: "I have stored it" }).click();
    await expect(page.locator("main")).not.toContainText(key);
    await page.getByRole("button", { name: "Rotate the key my agent" }).click();
    await page.getByRole("button", { name: "Rotate key" }).click();
    await expect(page.getByRole("textbox", { name: "The key my agent" })).toHaveValue(/^ff_live_/);
    await page.getByRole("button", { name: "I have stored it" }).click();
    const old = page.getByRole("listitem").filter({ hasText: key.slice(0, 12) });
    await expect(old).toContainText("Rotated, works until");
    await old.getByRole("button", { name: "Revoke the key" }).click();
    await page.getByRole("button", { name: "Revoke key" }).click();
    await expect(old).toContainText("Rotated, ended");
    expect((await ask()).status()).toBe(401);
  });

  await test.step("a sign-out in one tab reaches the others; a wrong password is told", async () => {
    const other = await context.newPage();
    await other.goto("/settings/sessions");
    await other.getByRole("button", { name: "Sign out" }).click();
    await expect(other).toHaveURL("/");
    await other.close();
    await expect(page).toHaveURL("/");
    await page.goto("/settings/keys");
    await expect(page).toHaveURL("/sign-in?next=%2Fsettings%2Fkeys");
    await page.getByLabel("Handle or e-mail").fill(`${handle}@example.org`);
    await page.getByLabel("Password").fill("eight moons");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toContainText("password is wrong");
    await page.getByRole("button", { name: "Show password" }).click();
    await expect(page.getByLabel("Password")).toHaveAttribute("type", "text");
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL("/settings/keys");
  });

  await test.step("everything can be downloaded", async () => {
    await page.getByRole("link", { name: "Export" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download everything" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${handle}.json`);
    const everything = JSON.parse(await readFile(await download.path(), "utf8"));
    expect(JSON.stringify(everything)).toContain("my agent");
  });

  await test.step("and the account deleted", async () => {
    await page.getByRole("link", { name: "Delete account" }).click();
    await expect(page.getByRole("button", { name: "Delete my account" })).toBeDisabled();
    await page.getByLabel("Type your handle").fill(handle);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Delete my account" }).click();
    await expect(page).toHaveURL("/");
    expect((await request.get(`/api/v1/users/${handle}`)).status()).toBe(404);
  });
});

test("the licence of new shaders is chosen once, and publishing begins with it", async ({ page, request }) => {
  const user = await register(request);
  await signIn(page, user);
  await page.goto("/settings/profile");
  await page.getByLabel("Licence").selectOption("CC-BY-SA-4.0");
  await page.getByRole("button", { name: "Save licence" }).click();
  await expect(page.getByText("The licence of your new shaders is saved.")).toBeVisible();
  await page.goto("/new?template=shadertoy");
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page.getByRole("region", { name: "Publish" }).getByLabel("Licence")).toHaveValue("CC-BY-SA-4.0");
});

test("a session that is ended elsewhere says so, and nothing is lost", async ({ page, request }) => {
  const user = await register(request);
  await signIn(page, user);
  await page.goto("/settings/profile");
  await page.getByLabel("Bio").fill("Distance fields, mostly.");
  const headers = { Authorization: `Bearer ${user.token}` };
  expect((await request.delete("/api/v1/auth/sessions", { headers })).status()).toBe(204);
  await page.getByRole("button", { name: "Save profile" }).click();
  await expect(page.getByText("Your sign-in has ended.")).toBeVisible();
  await expect(page.getByLabel("Bio")).toHaveValue("Distance fields, mostly.");
  await page.getByRole("button", { name: "Sign in again" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Handle or e-mail").fill(user.handle);
  await dialog.getByLabel("Password").fill(user.password);
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Save profile" }).click();
  await expect(page.getByText("Your profile is saved.")).toBeVisible();
  expect((await (await request.get(`/api/v1/users/${user.handle}`)).json()).bio).toBe("Distance fields, mostly.");
});

test("GLSL goes to the editor, a Shadertoy document becomes a draft", async ({ page, request }) => {
  await page.goto("/import");
  const pasted = page.getByLabel("Code or JSON");
  await pasted.fill("void mainImage(out vec4 color, in vec2 position) { color = vec4(0.4); }");
  await page.getByRole("button", { name: "Open in the editor" }).click();
  await expect(page).toHaveURL(/\/new\?draft=/);
  const user = await register(request);
  const id = await publish(request, user, { title: "There and back" }, false);
  const exported = await (await request.get(`/api/v1/shaders/${id}/export`)).text();
  await signIn(page, user);
  await page.goto("/import");
  await page.getByLabel("A file with GLSL or JSON").setInputFiles({
    name: "works.json",
    mimeType: "application/json",
    buffer: Buffer.from(exported),
  });
  await expect(page.getByRole("heading", { name: "There and back" })).toBeVisible();
  await expect(page.getByText("Licence in the document: CC-BY-4.0.")).toBeVisible();
  await page.getByRole("button", { name: "Import as a draft" }).click();
  await expect(page).toHaveURL(/\/edit\//);
});
