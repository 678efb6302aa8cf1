import { expect, test } from "vitest";
import { ReturnPage } from "../../../src/features/payments/ReturnPage";
import { ADA, fakeApi, show, signInAs } from "./support";

const api = fakeApi();
const PLEDGE = {
  id: "mine",
  desire_id: "rain",
  money: { amount: 2000, currency: "USD", text: "20.00 USD" },
  state: "awaiting_payment",
  reason: null,
  terms_version: "2026-11",
  paid_at: null,
  next_at: null,
  expires_at: "2026-12-30T12:00:00Z",
  can_withdraw: true,
  history: [],
};

test("what is paid cannot be paid again while it is being counted", async () => {
  api.current
    .on("POST /api/v1/payments/orders/order/look", {
      id: "order",
      state: "paid",
      subject: "pledge:mine",
      title: "Rain",
    })
    .on("GET /api/v1/pledges/mine", PLEDGE);
  await signInAs(ADA);
  const { screen } = await show(<ReturnPage />, "/payments/return?order=order");
  await expect.element(screen.getByText(/are being counted/)).toBeVisible();
  expect(screen.getByRole("button", { name: /^Pay/ }).query()).toBeNull();
  api.current.on("GET /api/v1/pledges/mine", { ...PLEDGE, state: "active", paid_at: "2026-11-30T12:00:00Z" });
  await expect.element(screen.getByText(/^It counts/)).toBeVisible();
});
