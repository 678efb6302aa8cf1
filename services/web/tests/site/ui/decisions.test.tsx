import { expect, test } from "vitest";
import { useSession } from "../../../src/api/session";
import { AnswerPage } from "../../../src/features/moderation/AnswerPage";
import { Bridges } from "../../../src/features/moderation/Bridges";
import { DecisionsPage } from "../../../src/features/moderation/DecisionsPage";
import { Queue } from "../../../src/features/moderation/Queue";
import { ADA, fakeApi, problem, show, signInAs, TIDE } from "./support";

const api = fakeApi();
const ROUTE = "GET /api/v1/users/me/decisions";

const HIDDEN = {
  id: "decision",
  subject: { kind: "shader", id: "tide" },
  title: "Tide",
  action: "hide",
  reason: "The book's licence forbids it",
  answer: null,
  answerable: true,
  created_at: "2026-11-30T12:00:00Z",
};

test("an answer that is half written outlives the sign-in", async () => {
  api.current.on(ROUTE, { items: [HIDDEN], next_cursor: null });
  await signInAs(ADA);
  const { screen } = await show(<DecisionsPage />, "/decisions");
  const field = screen.getByLabelText(/^Your answer/);
  await field.fill("I wrote that book");
  useSession.setState({ status: "expired", account: null });
  await expect.element(field).toHaveValue("I wrote that book");
});

test("where more decisions cannot be loaded, those that are there stay", async () => {
  let calls = 0;
  api.current.on(ROUTE, () => {
    calls += 1;
    return calls === 1 ? { items: [HIDDEN], next_cursor: "more" } : problem(503, "unavailable", "Later");
  });
  await signInAs(ADA);
  const { screen } = await show(<DecisionsPage />, "/decisions");
  await screen.getByRole("button", { name: "Show more" }).click();
  await expect.element(screen.getByRole("button", { name: "Try again" })).toBeVisible();
  await expect.element(screen.getByText("The book's licence forbids it")).toBeVisible();
});

const BY_LINK = "POST /api/v1/moderation/by-link";

test("a suspended author answers by the link, without a sign-in", async () => {
  history.replaceState(null, "", `${location.pathname}#the-token`);
  api.current.on(`${BY_LINK}/decisions`, { items: [{ ...HIDDEN, action: "suspend" }] });
  api.current.on(`${BY_LINK}/answer`, ({ body }: { body: { text: string } }) => ({ ...HIDDEN, answer: body.text }));
  const { screen } = await show(<AnswerPage />, "/answer");
  await screen.getByLabelText(/^Your answer/).fill("I wrote that book");
  expect(location.hash).toBe("");
  await screen.getByRole("button", { name: "Send answer" }).click();
  await expect.element(screen.getByText(/I wrote that book$/)).toBeVisible();
  await expect.element(screen.getByRole("button", { name: "Send answer" })).not.toBeInTheDocument();
  const [sent] = api.current.to(`${BY_LINK}/answer`);
  expect(sent?.body).toEqual({ token: "the-token", decision_id: "decision", text: "I wrote that book" });
  expect(sent?.headers.get("Authorization")).toBeNull();
});

test("a link that is over says where else to answer", async () => {
  history.replaceState(null, "", `${location.pathname}#old`);
  api.current.on(`${BY_LINK}/decisions`, problem(410, "link_over", "Over"));
  const { screen } = await show(<AnswerPage />, "/answer");
  await expect.element(screen.getByRole("link", { name: /^See the decisions/ })).toHaveAttribute("href", "/decisions");
});

test("what awaits review is published as it was looked at", async () => {
  const lookedAt = "2026-11-30T12:00:00.123456Z";
  const history = { joined_at: lookedAt, published: 0, hidden: 0, reports: 0, hides: 0, suspended: false };
  const waiting = { subject: { kind: "shader", id: "tide" }, author: TIDE.author, text: "Water", updated_at: lookedAt };
  const shader = { ...TIDE, awaits_review: true };
  const rest = { shader, hidden_reason: null, waits_since: lookedAt, reports: [], answered: null, history };
  api.current.on("GET /api/v1/moderation/queue", { items: [{ ...waiting, ...rest }], next_cursor: null });
  const decisions = "POST /api/v1/shaders/tide/decisions";
  api.current.on(decisions, problem(409, "changed_meanwhile", "The author has changed this work meanwhile"));
  const { screen } = await show(<Queue />, "/moderation");
  await expect.element(screen.getByRole("button", { name: "Hide Tide" })).toBeDisabled();
  await screen.getByRole("button", { name: "Publish Tide" }).click();
  await expect.element(screen.getByText("The author has changed this work meanwhile.")).toBeVisible();
  expect(api.current.to(decisions)[0]?.body).toEqual({ action: "keep", reason: "Welcome", updated_at: lookedAt });
  expect(api.current.to("GET /api/v1/moderation/queue").length).toBeGreaterThan(1);
});

test("a reported desire stands in the queue with its words, and is decided about as one", async () => {
  const lookedAt = "2026-11-30T12:00:00Z";
  const history = { joined_at: lookedAt, published: 0, hidden: 0, reports: 1, hides: 0, suspended: false };
  const reports = [{ reporter: "bob", reason: "spam", detail: "", created_at: lookedAt }];
  const item = { subject: { kind: "desire", id: "rain" }, text: "Buy my lamps", shader: null, reports, history };
  const rest = { author: ADA, hidden_reason: null, waits_since: lookedAt, updated_at: lookedAt, answered: null };
  api.current.on("GET /api/v1/moderation/queue", { items: [{ ...item, ...rest }], next_cursor: null });
  api.current.on("POST /api/v1/desires/rain/decisions", { id: "decision" });
  const { screen } = await show(<Queue />, "/moderation");
  await expect.element(screen.getByRole("link", { name: "Buy my lamps" })).toHaveAttribute("href", "/desires/rain");
  await screen.getByLabelText("Reason").fill("An advertisement");
  await screen.getByRole("button", { name: "Hide Buy my lamps" }).click();
  await expect.poll(() => api.current.to("POST /api/v1/desires/rain/decisions").length).toBe(1);
});

test("two wishes are merged and taken apart again, others are said to be different", async () => {
  const cluster = "POST /api/v1/desire-clusters";
  const parts = [{ text: "Rain at dusk", differs: false }];
  const side = { people: 2, wordings: 1, mine: parts, score: 0.7, best: null };
  const near = ["dusk", "dawn"].map((id) => ({
    ...side,
    cluster: id,
    desire: id,
    theirs: [
      { text: "Rain at ", differs: false },
      { text: id, differs: true },
    ],
  }));
  const bridge = { cluster: "rain", desire: "rain", people: 3, wordings: 2, near };
  api.current.on("GET /api/v1/desire-clusters/bridges", { items: [bridge], next_cursor: null });
  api.current.on(`${cluster}/rain/merge`, { batch: "batch", cluster: "rain", moved: 1 });
  api.current.on(`${cluster}/undo`, { batch: "batch", cluster: "dusk", moved: 1 });
  api.current.on(`${cluster}/rain/apart`, new Response(null, { status: 204 }));
  const { screen } = await show(<Bridges />, "/moderation/wishes");
  await expect.element(screen.getByText("dusk", { exact: true })).toBeVisible();
  await screen.getByRole("button", { name: "One wish: merge" }).first().click();
  await screen.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => api.current.to(`${cluster}/undo`)[0]?.body).toEqual({ batch: "batch" });
  await expect.element(screen.getByRole("button", { name: "One wish: merge" }).first()).toBeVisible();
  await screen.getByRole("button", { name: "They are different" }).last().click();
  await expect.element(screen.getByText("Different wishes. They are not shown again.")).toBeVisible();
  expect(api.current.to(`${cluster}/rain/apart`)[0]?.body).toEqual({ cluster: "dawn" });
  expect(api.current.to(`${cluster}/rain/merge`)[0]?.body).toEqual({ cluster: "dusk" });
});
