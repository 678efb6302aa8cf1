import { execFileSync } from "node:child_process";
import { expect, publish, register, signIn, test, type User } from "./support";

/** Makes the user a moderator, as an operator does it from a shell. */
function promote(user: User): void {
  const command = [
    "-m",
    "services.standalone.command",
    "services.admin",
    "admin",
    "role",
    user.handle,
    "moderator",
    "--yes",
  ];
  const home = process.env["FRACTAFRAG_HOME"] ?? process.env["FRACTAFRAG_E2E_HOME"];
  execFileSync(".venv/bin/python", command, { cwd: "../..", env: { ...process.env, FRACTAFRAG_HOME: home } });
}

test("a report is decided by a moderator, answered by the author, and decided again", async ({ browser, request }) => {
  test.slow();
  const [author, reporter, judge] = [
    await register(request),
    await register(request),
    await register(request, "judge"),
  ];
  promote(judge);
  const title = `Borrowed ${Date.now().toString(36)}`;
  const id = await publish(request, author, { title, description: "Out of a book" });
  const headers = { Authorization: `Bearer ${reporter.token}` };
  const data = { reason: "copyright", detail: "It is from page 12" };
  expect((await request.post(`/api/v1/shaders/${id}/reports`, { data, headers })).status()).toBe(201);

  const desk = await (await browser.newContext()).newPage();
  await signIn(desk, judge);
  await desk.getByRole("button", { name: /^Account of/ }).click();
  await desk.getByRole("menuitem", { name: "Moderation" }).click();
  const waiting = desk.getByRole("main").getByRole("listitem").filter({ hasText: title }).first();
  await expect(waiting).toContainText("It is from page 12");
  await expect(waiting).toContainText("Out of a book");
  await expect(waiting.getByRole("button", { name: /^Hide Borrowed/ })).toBeDisabled();
  for (const width of [360, 1440]) {
    await desk.setViewportSize({ width, height: 800 });
    const page = desk.locator("html");
    expect(await page.evaluate((all) => all.scrollWidth - all.clientWidth)).toBe(0);
    if (process.env["SHOTS"]) await desk.screenshot({ path: `${process.env["SHOTS"]}/queue-${width}.png` });
  }
  await waiting.getByLabel("Reason").fill("The book's licence forbids it");
  await waiting.getByRole("button", { name: /^Hide Borrowed/ }).click();
  await expect(waiting).toHaveCount(0);
  expect((await request.get(`/api/v1/shaders/${id}`)).status()).toBe(404);

  const studio = await (await browser.newContext()).newPage();
  await signIn(studio, author);
  await studio.goto(`/s/${id}`);
  await expect(studio.getByText("The book's licence forbids it")).toBeVisible();
  await studio.getByRole("link", { name: "See the decision" }).click();
  if (process.env["SHOTS"]) await studio.screenshot({ path: `${process.env["SHOTS"]}/decisions.png` });
  await studio.getByLabel(/^Your answer/).fill("I wrote that book");
  await studio.getByRole("button", { name: "Send answer" }).click();
  await expect(studio.getByText("You answered: I wrote that book")).toBeVisible();
  await expect(studio.getByLabel(/^Your answer/)).toHaveCount(0);

  await desk.reload();
  await expect(waiting).toContainText("I wrote that book");
  await waiting.getByLabel("Reason").fill("So you did");
  await waiting.getByRole("button", { name: /^Show again/ }).click();
  await expect(waiting).toHaveCount(0);
  await desk.getByRole("link", { name: "Log" }).click();
  await expect(desk.getByText("I wrote that book")).toBeVisible();
  if (process.env["SHOTS"]) await desk.screenshot({ path: `${process.env["SHOTS"]}/log.png` });
  expect((await request.get(`/api/v1/shaders/${id}`)).status()).toBe(200);

  await desk.goto(`/s/${id}`);
  await desk.getByRole("button", { name: "More" }).click();
  await desk.getByRole("menuitem", { name: "Hide" }).click();
  await desk.getByLabel("Reason").fill("A second look");
  await desk.getByRole("button", { name: /^Hide/ }).click();
  await expect(desk.getByText("A moderator has hidden this shader")).toBeVisible();
});
