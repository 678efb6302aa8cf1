import { expect, test } from "vitest";
import { PayoutSettings } from "../../../src/features/settings/PayoutSettings";
import { Earning } from "../../../src/features/shaders/payments/Earning";
import { fakeApi, show } from "./support";

const api = fakeApi();
const MONEY = { provider: "stripe", currency: "USD", exponent: 2, payouts: true, countries: ["DE"] };
const NONE = { status: "no_account", country: null, missing: [], owed: 1800, owes: 0 };

test("an artist sets up where to be paid, and goes on at Stripe", async () => {
  api.current
    .on("GET /api/v1/payments/capabilities", MONEY)
    .on("GET /api/v1/payouts", NONE)
    .on("POST /api/v1/payouts/account", { ...NONE, status: "onboarding", country: "DE" })
    .on("POST /api/v1/payouts/link", { url: "#onboarding" });
  const { screen } = await show(<PayoutSettings />);
  await expect.element(screen.getByText(/18.00 USD are owed to you/)).toBeVisible();
  const go = screen.getByRole("button", { name: "Set it up at Stripe" });
  await expect.element(go).toBeDisabled();
  await screen.getByRole("checkbox").click();
  await go.click();
  await expect.poll(() => location.hash).toBe("#onboarding");
  expect(api.current.to("POST /api/v1/payouts/account")[0]?.body).toEqual({ country: "DE", of_age: true });
});

test("before one answers, what is pledged and why one could not be paid is said", async () => {
  api.current.on("GET /api/v1/payments/capabilities", MONEY).on("GET /api/v1/desires/rain/bounty", {
    total: { amount: 2000, currency: "USD", text: "20.00 USD" },
    fee_percent: 10,
    own: [],
    payout_problem: "country",
  });
  const { screen } = await show(<Earning desire="rain" />);
  await expect.element(screen.getByText(/less a fee of 10 %/)).toBeVisible();
  await expect.element(screen.getByText(/cannot pay artists in your country/)).toBeVisible();
});
