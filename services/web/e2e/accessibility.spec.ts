import type { Page } from "@playwright/test";
import axe, { type RunOptions } from "axe-core";
import { expect, publish, register, signIn, test } from "./support";

declare global {
  interface Window {
    axe: typeof axe;
  }
}

const CONTRAST = ["color-contrast"];
/** All rules in one theme at each width; of the other theme only what colours can break. */
const LOOKS = [
  { theme: "dark", width: 360, rules: null },
  { theme: "light", width: 360, rules: CONTRAST },
  { theme: "dark", width: 1440, rules: CONTRAST },
  { theme: "light", width: 1440, rules: null },
] as const;

/** Serious and critical findings of axe, one line each. */
async function findings(page: Page, path: string): Promise<string[]> {
  const found: string[] = [];
  await page.evaluate(axe.source);
  for (const { theme, width, rules } of LOOKS) {
    await page.setViewportSize({ width, height: 800 });
    const { violations } = await page.evaluate(
      ([chosen, only]) => {
        document.documentElement.dataset["theme"] = chosen;
        const options: RunOptions = { resultTypes: ["violations"], ...(only && { runOnly: [...only] }) };
        return window.axe.run(options);
      },
      [theme, rules] as const,
    );
    for (const { id, impact, nodes } of violations) {
      if (impact !== "serious" && impact !== "critical") continue;
      const places = nodes.map(({ target }) => target.join(" ")).slice(0, 3);
      found.push(`${path} ${theme} ${width}: ${id}: ${places.join(", ")}`);
    }
  }
  return found;
}

test("axe finds nothing serious on any page, in both themes, narrow and wide", async ({ page, context, request }) => {
  test.slow();
  const user = await register(request);
  const id = await publish(request, user, { title: "Slow tide" });
  const headers = { Authorization: `Bearer ${user.token}` };
  const data = { prompt: "A slow tide under a low sun", references: [id], style_hints: ["calm"] };
  const wished = await request.post("/api/v1/desires", { data, headers });
  expect(wished.status(), await wished.text()).toBe(201);
  const wish = `/desires/${(await wished.json()).id}`;
  const answered = await request.post(`/api/v1${wish}/fulfilments`, { data: { shader_id: id }, headers });
  expect(answered.status(), await answered.text()).toBe(201);
  const found: string[] = [];
  const look = async (view: Page, paths: string[]) => {
    // Pictures that move have nothing that axe looks at, and cost it the processor.
    await view.emulateMedia({ reducedMotion: "reduce" });
    for (const path of paths) {
      await view.goto(path);
      await view.waitForLoadState("networkidle", { timeout: 1_000 }).catch(() => undefined);
      found.push(...(await findings(view, path)));
    }
  };
  const other = await context.newPage();
  const settings = (...sections: string[]) => sections.map((section) => `/settings/${section}`);
  await Promise.all([
    look(page, ["/sign-in", "/register", "/forgot", "/reset#x", "/verify#x", "/answer#x", "/about", "/desires"]),
    look(other, ["/", "/explore?q=tide", "/nothing/here"]),
  ]);
  await signIn(page, user);
  await Promise.all([
    look(page, [
      `/s/${id}`,
      `/s/${id}/v/1`,
      `/u/${user.handle}`,
      "/import",
      ...settings("profile", "appearance", "password", "security", "sign-in"),
    ]),
    look(other, [
      `/new?desire=${wish.split("/").at(-1)}`,
      `/edit/${id}`,
      `/embed/${id}`,
      "/inbox",
      "/decisions",
      "/desires/new",
      wish,
      ...settings("sessions", "notices", "feed", "keys", "usage", "export", "delete"),
    ]),
  ]);
  expect(found).toEqual([]);
});

test("the keyboard reaches the content first, and its place is always seen", async ({ page }) => {
  await page.goto("/sign-in");
  await expect(page.getByLabel("Password")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("Handle or e-mail")).toBeFocused();
  await page.keyboard.press("/");
  await expect(page.getByLabel("Handle or e-mail")).toHaveValue("/");
  for (let stop = 0; stop < 4; stop += 1) {
    const seen = await page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement ?? document.body);
      return outlineStyle !== "none" && outlineWidth !== "0px";
    });
    expect(seen, await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 80))).toBe(true);
    await page.keyboard.press("Tab");
  }
});
