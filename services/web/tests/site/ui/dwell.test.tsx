import { expect, test, vi } from "vitest";
import { Pages } from "../../../src/app/Pages";
import { ADA, fakeApi, show, signInAs, TIDE } from "./support";

const api = fakeApi();

interface Batch {
  readonly events: readonly { readonly kind: string; readonly dwell_ms?: number }[];
}

test("the time on a shader's page is recorded once", async () => {
  const clock = performance.now.bind(performance);
  let ahead = 0;
  vi.spyOn(performance, "now").mockImplementation(() => clock() + ahead);
  api.current.on("GET /api/v1/shaders/tide", TIDE).on("POST /api/v1/feed/events", {});
  await signInAs(ADA);
  const { screen } = await show(<Pages />, "/s/tide");
  await expect.element(screen.getByRole("heading", { name: "Tide", level: 1 })).toBeVisible();
  ahead = 7_000;
  await screen.unmount();
  window.dispatchEvent(new Event("pagehide"));
  await expect.poll(() => api.current.to("POST /api/v1/feed/events").length).toBe(1);
  const batches = api.current.to("POST /api/v1/feed/events").map(({ body }) => body as Batch);
  const dwells = batches.flatMap(({ events }) => events.filter(({ kind }) => kind === "dwell"));
  expect(dwells).toHaveLength(1);
  expect(dwells[0]?.dwell_ms).toBeGreaterThanOrEqual(7_000);
});
