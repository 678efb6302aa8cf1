import { expect, publish, register, signIn, test } from "./support";

test("an inbox fills while its owner looks, and empties as it is read", async ({ page, request }) => {
  const ada = await register(request, "ada");
  const [bob, eve] = [await register(request, "bob"), await register(request, "eve")];
  const tide = await publish(request, ada, { title: "Tide" });
  const as = ({ token }: typeof bob) => ({ headers: { Authorization: `Bearer ${token}` } });
  const fork = (who: typeof bob) =>
    request.post(`/api/v1/shaders/${tide}/forks`, { data: { visibility: "public" }, ...as(who) });
  const bar = page.getByRole("navigation", { name: "Main" });
  const inbox = page.getByRole("list", { name: "Notices" });

  await test.step("this browser's sign-in is told, and read with all others", async () => {
    await signIn(page, ada);
    await bar.getByRole("link", { name: "Inbox 1 notice unread" }).click();
    await expect(inbox.getByRole("listitem")).toContainText("Somebody signed in to your account from a new place");
    await page.getByRole("button", { name: "Mark all read" }).click();
    await expect(bar.getByRole("link", { name: "Inbox", exact: true })).toBeVisible();
    await page.getByRole("link", { name: "Unread", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Nothing of that is here" })).toBeVisible();
  });

  await test.step("a fork and a vote come by themselves, and are counted", async () => {
    expect((await fork(bob)).status()).toBe(201);
    await expect(inbox.getByRole("link", { name: `Unread: ${bob.handle} forked “Tide”` })).toBeVisible();
    await expect(bar.getByRole("link", { name: "Inbox 1 notice unread" })).toBeVisible();
    await request.put(`/api/v1/shaders/${tide}/vote`, { data: { value: "up" }, ...as(bob) });
    await expect(inbox.getByRole("listitem").first()).toContainText("“Tide” got its first vote");
    await expect(bar.getByRole("link", { name: "Inbox 2 notices unread" })).toBeVisible();
  });

  await test.step("likes of one collapse into one line, which comes up again", async () => {
    expect((await fork(eve)).status()).toBe(201);
    const grown = `“Tide” was forked 2 times, last by ${eve.handle}`;
    await expect(inbox.getByRole("listitem").first()).toContainText(grown);
    await expect(inbox.getByRole("listitem")).toHaveCount(2);
  });

  await test.step("the keyboard goes through it: J, E and Enter", async () => {
    await inbox.getByRole("link").first().focus();
    await page.keyboard.press("j");
    await expect(inbox.getByRole("link").nth(1)).toBeFocused();
    await page.keyboard.press("e");
    await expect(inbox.getByRole("link").first()).toBeFocused();
    await expect(inbox.getByRole("listitem")).toHaveCount(1);
    await expect(bar.getByRole("link", { name: "Inbox 1 notice unread" })).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(`/s/${tide}`);
    await expect(bar.getByRole("link", { name: "Inbox", exact: true })).toBeVisible();
  });

  await test.step("read ones stay, and are found by their kind", async () => {
    await page.goto("/inbox");
    await page.getByLabel("Kind of notice").selectOption("Votes for your shaders");
    await expect(inbox.getByRole("listitem")).toHaveCount(1);
    await page.getByRole("link", { name: "Unread", exact: true }).click();
    await expect(page.getByRole("heading", { name: "Nothing of that is here" })).toBeVisible();
  });

  await test.step("who wants to hear nothing of forks hears nothing", async () => {
    await page.goto("/settings/notices");
    const forks = page.getByRole("group", { name: "Forks of your shaders" });
    await forks.getByLabel("Inbox").click();
    await forks.getByRole("combobox").selectOption("No mail");
    await expect(forks.getByLabel("Inbox")).not.toBeChecked();
    await expect(forks.getByRole("combobox")).toBeEnabled();
    expect((await fork(bob)).status()).toBe(201);
    await request.post(`/api/v1/shaders/${tide}/reports`, { data: { reason: "spam" }, ...as(bob) });
    await page.goto("/inbox?show=unread");
    await expect(page.getByRole("heading", { name: "Nothing of that is here" })).toBeVisible();
  });
});
