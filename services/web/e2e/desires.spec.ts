import { compiled, write } from "./editing";
import { expect, GRADIENT, register, signIn, test } from "./support";

test("a wish is joined, made in the editor, and accepted", async ({ browser, page, request }) => {
  test.slow();
  const [ada, bob, mia] = [
    await register(request, "ada"),
    await register(request, "bob"),
    await register(request, "mia"),
  ];
  const mark = ada.handle.split("-")[1] ?? "";
  const wish = `Rain running down a window of the house ${mark} at night`;
  const theirs = async (user: typeof ada) => {
    const other = await (await browser.newContext()).newPage();
    await signIn(other, user);
    return other;
  };
  await signIn(page, ada);
  const [hers, his] = [await theirs(mia), await theirs(bob)];

  await test.step("ada wishes", async () => {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Desires" }).click();
    await page.getByRole("link", { name: "Make a wish" }).click();
    await page.getByLabel("Your wish").fill(wish);
    await page.getByRole("button", { name: "Make this wish" }).click();
    await expect(page.getByRole("heading", { level: 1, name: wish })).toBeVisible();
    await expect(page.getByText(`1 person wants this · ${ada.handle}`)).toBeVisible();
  });
  const address = new URL(page.url()).pathname;
  // It is suggested to others once it has its cluster.
  const cluster = async () => (await (await request.get(`/api/v1${address}`)).json()).cluster;
  await expect.poll(cluster).not.toBeNull();

  await test.step("bob types a like one, sees hers, and joins", async () => {
    await his.goto("/desires/new");
    await his.getByLabel("Your wish").fill(`${wish}, with city lights`);
    const suggested = his.getByRole("region", { name: "Like wishes" }).getByRole("listitem").filter({ hasText: wish });
    await expect(suggested.getByText("Somebody already wants this")).toBeVisible();
    await suggested.getByRole("button", { name: "Join" }).click();
    await expect(his.getByText(`2 people want this · ${bob.handle}`)).toBeVisible();
    await expect(his.getByRole("region", { name: "The same wish in other words" })).toContainText(wish);
  });

  await test.step("mia makes it in the editor, and it answers once it is drawn", async () => {
    await hers.goto(address);
    await expect(hers.getByText(`2 people want this · ${ada.handle}`)).toBeVisible();
    await hers.getByRole("link", { name: "Make it" }).click();
    await expect(hers.getByText(`Once it is published it answers the wish ${wish}`)).toBeVisible();
    await write(hers, GRADIENT);
    await compiled(hers);
    await hers.getByRole("button", { name: "Publish", exact: true }).click();
    const panel = hers.getByRole("region", { name: "Publish" });
    await panel.getByLabel("Title").fill("Wet glass");
    await panel.getByRole("button", { name: "Publish", exact: true }).click();
    const answered = hers.getByRole("list", { name: "Desires that it answers" });
    await expect(answered).toContainText(`Answers the wish ${wish}`, { timeout: 40_000 });
    await expect(hers).toHaveURL(/\/s\/\w+$/);
  });

  await test.step("ada is told, and accepts", async () => {
    await page.goto("/inbox");
    await page
      .getByRole("list", { name: "Notices" })
      .getByRole("link", { name: /Wet glass/ })
      .click();
    await expect(page).toHaveURL(address);
    const answer = page.getByRole("region", { name: "Answers" }).getByRole("listitem").filter({ hasText: "Wet glass" });
    await answer.getByRole("button", { name: "This is it" }).click();
    await expect(answer).toContainText("Accepted");
    await hers.reload();
    await expect(hers.getByText(`Fulfils the wish ${wish}`)).toBeVisible();
  });

  await test.step("the board shows it among the fulfilled", async () => {
    await page.goto("/desires");
    await page.getByLabel("Which desires").selectOption("Fulfilled");
    const card = page.getByRole("list", { name: "Desires" }).getByRole("listitem").filter({ hasText: wish });
    await expect(card.getByRole("img", { name: "The answer Wet glass" })).toBeVisible();
  });
});
