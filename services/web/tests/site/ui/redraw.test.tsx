import { expect, test } from "vitest";
import type { Schemas } from "../../../src/api/client";
import { RenderState } from "../../../src/features/shader/RenderState";
import { fakeApi, problem, show } from "./support";

const FAILED = {
  shader_id: "tide",
  version: 2,
  status: "failed",
  preview_status: "skipped",
  failure_code: "still_timeout",
  errors: [],
  still_url: null,
} as unknown as Schemas["RenderPublic"];

const api = fakeApi();

function stateFor(isAuthor: boolean) {
  api.current.on("GET /api/v1/shaders/tide/render", FAILED);
  return <RenderState id="tide" version={2} known={FAILED} isAuthor={isAuthor} />;
}

test("an author has a picture that failed drawn again, and sees that it is", async () => {
  const waiting = { ...FAILED, status: "pending", failure_code: null };
  api.current.on("POST /api/v1/shaders/tide/redraw", () => {
    api.current.on("GET /api/v1/shaders/tide/render", waiting);
    return waiting;
  });
  const { screen } = await show(stateFor(true));
  await expect.element(screen.getByText(/one frame took too long/)).toBeVisible();
  await screen.getByRole("button", { name: "Draw it again" }).click();
  await expect.element(screen.getByText(/is being drawn/)).toBeVisible();
  expect(api.current.to("POST /api/v1/shaders/tide/redraw")).toHaveLength(1);
});

test("a refusal is said in words", async () => {
  api.current.on("POST /api/v1/shaders/tide/redraw", problem(429, "rate_limited", "Come back in an hour"));
  const { screen } = await show(stateFor(true));
  await screen.getByRole("button", { name: "Draw it again" }).click();
  await expect.element(screen.getByRole("alert")).toBeVisible();
});

test("others see why, and no button", async () => {
  const { screen } = await show(stateFor(false));
  await expect.element(screen.getByText(/one frame took too long/)).toBeVisible();
  expect(screen.getByRole("button").elements()).toEqual([]);
});
