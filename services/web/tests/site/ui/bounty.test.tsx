import { expect, test } from "vitest";
import { Answers } from "../../../src/features/desires/Answers";
import { Bounty } from "../../../src/features/desires/bounty/Bounty";
import type { Desire } from "../../../src/features/desires/queries";
import { ADA, fakeApi, show, signInAs, TIDE } from "./support";

const api = fakeApi();
const DESIRE = { id: "rain", state: "open", cluster: null, author: { handle: "mia" } } as unknown as Desire;
const money = (amount: number) => ({ amount, currency: "USD", text: `${(amount / 100).toFixed(2)} USD` });
const MONEY = {
  provider: "stripe",
  currency: "USD",
  exponent: 2,
  pledges: true,
  pledge_minimum: 500,
  pledge_maximum: 50_000,
  test_mode: false,
};
const BOUNTY = {
  desire_id: "rain",
  state: "open",
  total: money(2000),
  people: 2,
  next_expiry: "2026-12-30T12:00:00Z",
  paid: money(0),
  fee_percent: 10,
  terms: "A pledge is a prepayment for a commissioned work.",
  terms_version: "2026-11",
  pledges: [],
  attempts: [],
  own: [],
  refusal: null,
  payout_problem: null,
};
const PLEDGE = {
  id: "mine",
  desire_id: "rain",
  money: money(2000),
  state: "in_review",
  reason: null,
  terms_version: "2026-11",
  paid_at: "2026-11-30T12:00:00Z",
  next_at: "2026-12-14T12:00:00Z",
  answer_id: "answer",
  paid_to: null,
  can_withdraw: false,
  history: [],
};
const ANSWER = { id: "answer", desire_id: "rain", shader: TIDE, state: "submitted" };
const ATTEMPT = {
  id: "answer",
  title: "Tide",
  author: { handle: "bob", display_name: "Bob" },
  state: "submitted",
  by_agent: false,
  accepts_at: "2026-12-14T12:00:00Z",
  waiting: money(2000),
  accepted: money(0),
  net: money(1800),
  changes: null,
  changes_until: null,
  objections: [],
};
const BOUNTY_OF = "GET /api/v1/desires/rain/bounty";

test("without payments nothing is shown, and nothing but that is asked", async () => {
  api.current.on("GET /api/v1/payments/capabilities", { provider: "none" });
  const { screen } = await show(<Bounty desire={DESIRE} />);
  await expect.poll(() => api.current.sent.length).toBe(1);
  await expect.poll(() => screen.container.textContent).toBe("");
  expect(api.current.to(BOUNTY_OF)).toHaveLength(0);
});

test("a pledge is made within the bounds, under the terms that are shown", async () => {
  await signInAs(ADA);
  api.current
    .on("GET /api/v1/payments/capabilities", MONEY)
    .on(BOUNTY_OF, BOUNTY)
    .on("POST /api/v1/desires/rain/pledges", { ...PLEDGE, state: "awaiting_payment", terms: BOUNTY.terms })
    .on("POST /api/v1/pledges/mine/checkout", { url: "#paying" });
  const { screen } = await show(<Bounty desire={DESIRE} />);
  await expect.element(screen.getByText("20.00 USD pledged by 2 people")).toBeVisible();
  await expect.element(screen.getByText(/goes back on 30 Dec 2026 if nobody delivers/)).toBeVisible();
  await screen.getByRole("button", { name: "Pledge on it" }).click();
  await expect.element(screen.getByText(/prepayment for a commissioned work/)).toBeVisible();
  const amount = screen.getByLabelText("How much, in USD");
  await amount.fill("4.99");
  await expect.element(screen.getByRole("button", { name: "Pledge and pay" })).toBeDisabled();
  await amount.fill("12,5");
  await screen.getByRole("button", { name: "Pledge and pay 12.50 USD" }).click();
  await expect.poll(() => location.hash).toBe("#paying");
  expect(api.current.to("POST /api/v1/desires/rain/pledges")[0]?.body).toEqual({ amount: 1250, currency: "USD" });
});

test("a pledger accepts or objects to what waits, by their own pledge", async () => {
  await signInAs(ADA);
  api.current
    .on("GET /api/v1/payments/capabilities", MONEY)
    .on(BOUNTY_OF, { ...BOUNTY, state: "in_review", own: [PLEDGE], attempts: [ATTEMPT] })
    .on("GET /api/v1/desires/rain/fulfilments", { items: [ANSWER], next_cursor: null })
    .on("POST /api/v1/pledges/mine/object", PLEDGE)
    .on("POST /api/v1/pledges/mine/accept", PLEDGE);
  const { screen } = await show(<Answers desire={DESIRE} isAuthor={false} />);
  await expect.element(screen.getByText(/Its author gets 18.00 USD/)).toBeVisible();
  await screen.getByRole("button", { name: /Object to the answer Tide/ }).click();
  await screen.getByLabelText("Why it is not what you pledged for").fill("It is snow");
  await screen.getByRole("button", { name: "Object", exact: true }).click();
  await expect
    .poll(() => api.current.to("POST /api/v1/pledges/mine/object")[0]?.body)
    .toEqual({ reason: "It is snow" });
  await screen.getByRole("button", { name: /Accept by 20.00 USD/ }).click();
  await screen.getByRole("button", { name: "Accept", exact: true }).click();
  await expect.poll(() => api.current.to("POST /api/v1/pledges/mine/accept")[0]?.body).toEqual({ answer_id: "answer" });
});
