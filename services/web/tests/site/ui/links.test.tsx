import { expect, test } from "vitest";
import { ResetPage } from "../../../src/features/auth/ResetPage";
import { LinkPage } from "../../../src/features/links/LinkPage";
import { SendAgain } from "../../../src/features/settings/SendAgain";
import { fakeApi, problem, show } from "./support";

const api = fakeApi();
const VERIFY = "POST /api/v1/auth/email/verify";
const RESET = "POST /api/v1/auth/password/reset";

function arriveWith(token: string): void {
  history.replaceState(null, "", `${location.pathname}#${token}`);
}

test("a link does nothing until its button is pressed, and its token leaves the address", async () => {
  arriveWith("the-token");
  api.current.on(VERIFY, new Response(null, { status: 204 }));
  const { screen } = await show(<LinkPage purpose="verify" />, "/verify");
  const button = screen.getByRole("button", { name: "Confirm this address" });
  await expect.element(button).toBeVisible();
  expect(location.hash).toBe("");
  expect(api.current.to(VERIFY)).toHaveLength(0);
  await button.click();
  await expect.element(screen.getByRole("heading", { name: "Your address is confirmed" })).toBeVisible();
  expect(api.current.to(VERIFY)).toHaveLength(1);
});

test("a link without its token says so", async () => {
  arriveWith("");
  const { screen } = await show(<LinkPage purpose="unsubscribe" />, "/unsubscribe");
  await expect.element(screen.getByRole("heading", { name: "This link is not whole" })).toBeVisible();
});

test("a reset by a link that is over leads to another", async () => {
  arriveWith("old");
  api.current.on(RESET, problem(410, "link_over", "Over"));
  const { screen } = await show(<ResetPage />, "/reset");
  await screen.getByLabelText("New password").fill("eight moons over Porto");
  await screen.getByRole("button", { name: "Set this password" }).click();
  await expect.element(screen.getByRole("link", { name: "Ask for another" })).toHaveAttribute("href", "/forgot");
});

test("a mail that was asked for too often waits as long as the API says", async () => {
  const refusal = problem(429, "rate_limited", "Too many");
  refusal.headers.set("Retry-After", "30");
  api.current.on("POST /api/v1/auth/email/send", refusal);
  const { screen } = await show(<SendAgain label="Send the mail again" />);
  const button = screen.getByRole("button", { name: "Send the mail again" });
  await button.click();
  await expect.element(screen.getByText(/Wait \d+ seconds/)).toBeVisible();
  await expect.element(button).toBeDisabled();
});
