import { expect, test } from "vitest";
import { Pledges } from "../../../src/features/moderation/Pledges";
import { fakeApi, show } from "./support";

const api = fakeApi();
const PLEDGE = {
  id: "one",
  desire_id: "rain",
  prompt: "Rain",
  money: { amount: 2000, currency: "USD", text: "20.00 USD" },
  by: { handle: "eve", display_name: "Eve" },
  shader_id: "tide",
  title: "Tide",
  until: "2026-12-14T12:00:00Z",
  objections: [{ by: { handle: "eve", display_name: "Eve" }, reason: "It is snow", at: "2026-11-30T12:00:00Z" }],
};

test("an operator reads the objection and decides with a reason", async () => {
  api.current
    .on("GET /api/v1/pledge-decisions/contested", { items: [PLEDGE], next_cursor: null })
    .on("GET /api/v1/pledge-decisions/stuck", { items: [], next_cursor: null })
    .on("POST /api/v1/pledge-decisions/one", new Response(null, { status: 204 }));
  const { screen } = await show(<Pledges />);
  await expect.element(screen.getByText("Eve: It is snow")).toBeVisible();
  const back = screen.getByRole("button", { name: "Give it back" });
  await expect.element(back).toBeDisabled();
  await screen.getByLabelText("Reason").fill("It snows");
  await back.click();
  await expect
    .poll(() => api.current.to("POST /api/v1/pledge-decisions/one")[0]?.body)
    .toEqual({ pays: false, reason: "It snows" });
});
