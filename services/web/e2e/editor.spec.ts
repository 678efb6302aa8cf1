import { code, compiled, fetchShader, goTo, kept, tabTo, write } from "./editing";
import { middleOf } from "./pixels";
import { expect, GRADIENT, publish, register, signIn, test } from "./support";

const LINES = GRADIENT.trimEnd().split("\n");

test("an error is shown at its line, mended, and the shader published with its picture", async ({ page, request }) => {
  const user = await register(request);
  await signIn(page, user);
  await page.goto("/new");
  await write(page, LINES.toSpliced(2, 1, "  color = vec4(uv, tone, 1.0);").join("\n"));
  const problems = page.getByRole("region", { name: "Problems" });
  await problems.getByRole("button", { name: /^Line 3:\d+ tone: undeclared/ }).click();
  expect(await page.evaluate(() => getSelection()?.toString())).toBe("tone");
  await expect(page.locator(".cm-lint-marker-error")).toHaveCount(1);
  await page.locator(".cm-lintRange-error").hover();
  await expect(page.locator(".cm-diagnostic")).toContainText("undeclared identifier");
  await goTo(page, 2);
  await page.keyboard.type("\nfloat tone = 0.5 + 0.5 * sin(iTi");
  await expect(page.getByRole("option", { name: /^iTime\s?uniform float/ })).toBeVisible();
  // A list that has just opened takes no Enter that was meant for the line.
  await page.waitForTimeout(150);
  await page.keyboard.press("Enter");
  // The bracket was closed while it was opened.
  await page.keyboard.type(");");
  await compiled(page);
  await expect(problems).toBeHidden();
  await page.getByRole("button", { name: "Publish", exact: true }).click();
  const panel = page.getByRole("region", { name: "Publish" });
  await expect(panel.getByRole("img", { name: "The thumbnail" })).toBeVisible();
  await panel.getByLabel("Title").fill("Dusk <b>tone</b>");
  await panel.getByLabel("Tags").fill("not a tag!, sky");
  await panel.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(panel.getByRole("alert")).toBeVisible();
  await panel.getByLabel("Tags").fill("Sky, dusk");
  await panel.getByLabel("Thumbnail at").fill("2.5");
  await panel.getByRole("button", { name: "Publish", exact: true }).click();
  await expect(page).toHaveURL(/\/s\/\w+$/);
  const id = page.url().split("/").at(-1) ?? "";
  const made = await fetchShader(page, id, user);
  expect(made).toMatchObject({
    title: "Dusk <b>tone</b>",
    tags: ["sky", "dusk"],
    licence: "CC-BY-4.0",
    still_time: 2.5,
  });
  await expect.poll(async () => (await fetchShader(page, id, user)).still_url, { timeout: 30_000 }).not.toBeNull();
  await page.goto("/new");
  await expect(page.getByRole("heading", { name: "Unfinished work" })).toBeHidden();
});

test("a tab that crashes in mid-edit loses nothing", async ({ page, context }) => {
  await page.goto("/new?template=es300");
  await goTo(page, 2);
  await page.keyboard.type("\n// my own line");
  await kept(page, "// my own line");
  const address = page.url();
  expect(address).toMatch(/\/new\?draft=/);
  const crashed = page.waitForEvent("crash");
  void page.goto("chrome://crash").catch(() => undefined);
  await crashed;
  const next = await context.newPage();
  await next.goto("/new");
  await next.getByRole("link", { name: /^Open / }).click();
  await expect(code(next)).toContainText("// my own line");
  const third = await context.newPage();
  await third.goto(address);
  await expect(third.getByText("open in another tab too")).toBeVisible();
  await expect(code(third)).toContainText("// my own line");
});

test("two tabs edit one shader, and both edits are kept", async ({ page, context, request }) => {
  const user = await register(request);
  const id = await publish(request, user, { title: "Shared" }, false);
  await signIn(page, user);
  const other = await context.newPage();
  await page.goto(`/edit/${id}`);
  await other.goto(`/edit/${id}`);
  await goTo(page, 2);
  await page.keyboard.type(" // first tab");
  await goTo(other, 3);
  await other.keyboard.type(" // second tab");
  await goTo(other, 2);
  await other.keyboard.type(" // also here");
  await page.keyboard.press("Control+S");
  await expect(page.getByText("Version 2", { exact: true })).toBeVisible();
  await other.keyboard.press("Control+S");
  await expect(other.getByRole("heading", { name: "Version 2 was saved while you edited version 1" })).toBeVisible();
  await expect(other.getByRole("button", { name: "Save as version 3" })).toBeDisabled();
  await other.getByRole("button", { name: "Keep both" }).click();
  await other.getByRole("button", { name: "Save as version 3" }).click();
  await expect(other.getByText("Version 3", { exact: true })).toBeVisible();
  const { source } = await fetchShader(page, id, user);
  expect(source).toContain("// first tab");
  expect(source).toContain("// second tab");
  expect(source).toContain("// also here");
});

test("a sign-in that ends in the middle of a fork loses nothing", async ({ page, context, request }) => {
  const author = await register(request, "author");
  const parent = await publish(request, author, { title: "Tide", licence: "CC-BY-SA-4.0" }, false);
  const user = await register(request);
  await signIn(page, user);
  await page.goto(`/edit/${parent}`);
  await write(page, `${GRADIENT}// before the end`);
  await kept(page, "// before the end");
  await expect(page).toHaveURL(/\/new\?draft=/);
  // No cookie, and no session for the token in memory.
  await context.clearCookies();
  const headers = { Authorization: `Bearer ${user.token}` };
  expect((await request.delete("/api/v1/auth/sessions", { headers })).ok()).toBe(true);
  await page.keyboard.press("Control+S");
  await page.getByRole("button", { name: "Sign in again" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Handle or e-mail").fill(user.handle);
  await dialog.getByLabel("Password", { exact: true }).fill(user.password);
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(dialog).toBeHidden();
  await page.keyboard.press("Control+S");
  await expect(page.getByText("Version 1", { exact: true })).toBeVisible();
  const id = /\/edit\/(\w+)/.exec(page.url())?.[1] ?? "";
  const fork = await fetchShader(page, id, user);
  expect(fork).toMatchObject({ parent: { id: parent }, visibility: "draft", licence: "CC-BY-SA-4.0" });
  expect(fork.source).toContain("// before the end");
});

test("the picture goes onto an object, which is loaded when it is asked for", async ({ page }) => {
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(request.url()));
  const parts = () => loaded.filter((url) => /Solid/.test(url)).length;
  // Neither picture nor object moves by itself then.
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("/new");
  await write(page, "void mainImage(out vec4 color, in vec2 position) { color = vec4(1.0, 0.0, 0.0, 1.0); }");
  await compiled(page);
  expect(parts()).toBe(0);
  await page.getByRole("button", { name: "On an object" }).click();
  const object = page.getByRole("img", { name: "The picture on a cube" });
  await expect(object).toBeVisible();
  expect(parts()).toBeGreaterThan(0);
  const isRed = async () => {
    const [red = 0, green = 255] = await middleOf(page, await object.screenshot());
    return red > 60 && green < 60;
  };
  await expect.poll(isRed).toBe(true);
  const face = await object.screenshot();
  expect((await object.screenshot()).equals(face)).toBe(true);
  await object.hover();
  await page.mouse.down();
  await page.mouse.move(200, 200);
  await page.mouse.up();
  expect((await object.screenshot()).equals(face)).toBe(false);
  await page.getByLabel("Object").selectOption("sphere");
  await expect(page.getByRole("img", { name: "The picture on a sphere" })).toBeVisible();
  await page.getByRole("button", { name: "Flat" }).click();
  await expect(page.getByLabel("Object")).toHaveCount(0);
});

test("a shader of one's own becomes a fork without leaving the editor", async ({ page, request }) => {
  const user = await register(request);
  const id = await publish(request, user, { title: "Trunk" }, false);
  await signIn(page, user);
  await page.goto(`/edit/${id}`);
  await goTo(page, 2);
  await page.keyboard.type(" // branch");
  await page.getByRole("button", { name: "Fork", exact: true }).click();
  await expect(page.getByText("Fork of Trunk")).toBeVisible();
  await page.keyboard.press("Control+S");
  await expect(page.getByText("Version 1", { exact: true })).toBeVisible();
  const fork = /\/edit\/(\w+)/.exec(page.url())?.[1] ?? "";
  expect(await fetchShader(page, fork, user)).toMatchObject({ parent: { id }, visibility: "draft" });
  expect((await fetchShader(page, id, user)).source).not.toContain("// branch");
});

const HEAVY = `void mainImage(out vec4 color, in vec2 position) {
  float x = 0.0;
  for (int i = 0; i < 2147483647; i++) x += sin(x + float(i) * position.x);
  color = vec4(x);
}`;

test("neither an endless shader nor a lost context takes the page or the code", async ({ page }) => {
  await page.goto("/new");
  await write(page, HEAVY);
  await page.keyboard.press("Control+S");
  await expect(page.getByRole("link", { name: "Sign in to save it" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Run anyway" })).toBeVisible();
  await page.getByLabel("Title").fill("Still here");
  await kept(page, "Still here");
  await write(page, GRADIENT);
  await kept(page, "iResolution.xy");
  await compiled(page);
  await page.getByRole("img", { name: "Picture of the shader" }).evaluate((box) => {
    const gl = box.querySelector("canvas")?.getContext("webgl2");
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
  });
  await page.getByRole("button", { name: "Start again" }).click();
  await expect(page.getByRole("button", { name: "Start again" })).toBeHidden();
  await expect(code(page)).toContainText("vec2 uv = position / iResolution.xy;");
});

test("all of it goes by keyboard", async ({ page }) => {
  await page.goto("/new");
  await tabTo(page, "textbox", /^Title/);
  await page.keyboard.type("By keys");
  await tabTo(page, "textbox", /^Shader code/);
  await page.keyboard.press("Control+End");
  await page.keyboard.type("wrong");
  await expect(page.getByRole("region", { name: "Problems" })).toBeVisible();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("F8");
  expect(await page.evaluate(() => getSelection()?.toString())).toBe("wrong");
  await page.keyboard.press("Delete");
  await page.keyboard.press("Alt+Enter");
  await expect(page.getByRole("region", { name: "Problems" })).toBeHidden();
  await page.keyboard.press("Tab");
  await expect(code(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await tabTo(page, "separator", /^Width of the code/);
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("separator")).toHaveAttribute("aria-valuenow", "52");
  await tabTo(page, "slider", /^Folds/);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+Tab");
  await expect(page.getByRole("button", { name: "Write into the code" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(code(page)).toContainText('= 6.0 in [1.0, 9.0] step 1.0 "Folds"');
  await tabTo(page, "button", /^Keys/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Keys" })).toContainText("Alt+Enter");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});
