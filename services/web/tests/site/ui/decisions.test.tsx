import { expect, test } from "vitest";
import { useSession } from "../../../src/api/session";
import { DecisionsPage } from "../../../src/features/moderation/DecisionsPage";
import { ADA, fakeApi, problem, show, signInAs } from "./support";

const api = fakeApi();
const ROUTE = "GET /api/v1/users/me/decisions";

const HIDDEN = {
  id: "decision",
  shader_id: "tide",
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
