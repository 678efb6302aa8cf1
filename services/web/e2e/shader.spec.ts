import { live, middleOf, savedPicture } from "./pixels";
import { expect, publish, register, signIn, test } from "./support";

/** Red goes with the time, green with the slider. */
const DIAL = `uniform float level; // = 0.2 in [0.0, 1.0] step 0.2 "Level"
void mainImage(out vec4 color, in vec2 position) { color = vec4(iTime / 10.0, level, 0.0, 1.0); }
`;

test("a visitor looks at a shader, plays with it, and signs in to vote and to report", async ({ page, request }) => {
  const author = await register(request);
  const id = await publish(request, author, { title: "Dial", source: DIAL, still_time: 1, tags: ["meter"] });
  await page.goto(`/s/${id}`);
  await live(page);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByLabel("Time in seconds").fill("5");
  expect(await middleOf(page, await savedPicture(page))).toEqual([128, 51, 0]);
  await page.keyboard.press("Alt+ArrowRight");
  await page.getByLabel("Level").fill("0.6");
  expect(await middleOf(page, await savedPicture(page))).toEqual([153, 153, 0]);
  await page.getByRole("button", { name: "Reset" }).click();
  await page.keyboard.press("Alt+ArrowDown");
  expect(await middleOf(page, await savedPicture(page))).toEqual([0, 51, 0]);
  await expect(page.getByRole("link", { name: "#meter" })).toHaveAttribute("href", "/explore?tag=meter");

  const visitor = await register(request, "visitor");
  await page.getByRole("button", { name: /^Up/ }).click();
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await page.getByLabel("Handle or e-mail").fill(visitor.handle);
  await page.getByLabel("Password").fill(visitor.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(new RegExp(`/s/${id}$`));
  const up = page.getByRole("button", { name: /^Up/ });
  await up.click();
  await expect(up).toHaveAttribute("aria-pressed", "true");
  await expect(up).toContainText("1");
  await page.reload();
  await expect(up).toHaveAttribute("aria-pressed", "true");
  await up.click();
  await expect(up).toContainText("0");

  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Report" }).click();
  await page.getByLabel("Spam or advertising").check();
  await page.getByRole("button", { name: "Send report" }).click();
  await expect(page.getByText("A moderator will look at it")).toBeVisible();
});

test("a visitor goes on to a shader that is like this one", async ({ page, request }) => {
  const author = await register(request);
  const [id, other] = [
    await publish(request, author, { title: "Gauge", source: DIAL, still_time: 1, tags: ["meter"] }),
    await publish(request, author, {
      title: "Gauge again",
      source: `${DIAL}// again\n`,
      still_time: 1,
      tags: ["meter"],
    }),
  ];
  const row = page.getByRole("region", { name: "More like this" });
  await expect(async () => {
    await page.goto(`/s/${id}`);
    await expect(row.getByRole("link", { name: "Gauge again" })).toBeVisible({ timeout: 3_000 });
  }).toPass();
  await row.getByRole("link", { name: "Gauge again" }).click();
  await expect(page).toHaveURL(new RegExp(`/s/${other}$`));
});

test("an author sees errors, compares and restores versions, changes and deletes", async ({ page, request }) => {
  const author = await register(request);
  const headers = { Authorization: `Bearer ${author.token}` };
  const id = await publish(request, author, { title: "Two sides", source: DIAL, visibility: "draft" }, false);
  await page.goto(`/s/${id}`);
  await expect(page.getByText("There is no such shader")).toBeVisible();
  await signIn(page, author);
  const data = { based_on: 1, source: DIAL.replace("0.0, 1.0); }", "nothing, 1.0); }"), note: "Blue" };
  expect((await request.post(`/api/v1/shaders/${id}/versions`, { data, headers })).status()).toBe(201);
  await page.goto(`/s/${id}`);
  await expect(page.getByText("No still picture")).toBeVisible();
  await expect(page.getByRole("link", { name: "Line 2" })).toBeVisible();

  await page.getByRole("link", { name: /^Compare/ }).click();
  await expect(page.getByText("added: ")).toHaveCount(1);
  await expect(page.getByRole("row", { name: /nothing, 1.0/ })).toBeVisible();
  await page.getByRole("link", { name: "Version 1", exact: true }).click();
  await expect(page.getByText("This is version 1. The newest is 2.")).toBeVisible();
  await page.getByRole("button", { name: "Restore this version" }).click();
  await expect(page.getByRole("link", { name: "Version 3", exact: true })).toHaveAttribute("aria-current", "page");
  await live(page);

  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Change details" }).click();
  await page.getByLabel("Title").fill("<i>Three</i> sides");
  await page.getByLabel("Who sees it").selectOption("public");
  await page.getByRole("button", { name: "Save details" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "<i>Three</i> sides" })).toBeVisible();
  await page.getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("button", { name: "Delete the shader" }).click();
  await expect(page).toHaveURL(new RegExp(`/u/${author.handle}$`));
});
