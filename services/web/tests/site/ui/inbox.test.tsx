import { expect, test } from "vitest";
import { InboxLink } from "../../../src/features/inbox/InboxLink";
import { NoticeList } from "../../../src/features/inbox/NoticeList";
import type { Notice } from "../../../src/features/inbox/queries";
import { ADA, fakeApi, problem, show, signInAs } from "./support";

const api = fakeApi();

function notice(id: string, text: string): Notice {
  const about = { kind: "picture_failed", about: "tide", link: "/s/tide", count: 1 };
  return { id, text, ...about, told_at: "2026-11-30T12:00:00Z", read_at: null };
}

test("where there is no stream the count is asked for", async () => {
  api.current.on("GET /api/v1/notices/events", problem(503, "unavailable", "Too many streams"));
  api.current.on("GET /api/v1/notices", { items: [], next_cursor: null, since: "x", unread: 100 });
  await signInAs(ADA);
  const { screen } = await show(<InboxLink />);
  await expect.element(screen.getByRole("link", { name: "Inbox more than 99 notices unread" })).toBeVisible();
});

test("a notice that is marked as read leaves the focus in the list", async () => {
  api.current.on("POST /api/v1/notices/read", { unread: 1, since: "x" });
  const { screen } = await show(<NoticeList notices={[notice("1", "One"), notice("2", "Two")]} />);
  await screen.getByRole("button", { name: "Mark read: One" }).click();
  await expect.element(screen.getByRole("link", { name: "Unread: Two" })).toHaveFocus();
  // The focus does not wait for the answer.
  await expect
    .poll(() => api.current.to("POST /api/v1/notices/read").map(({ body }) => body))
    .toEqual([{ ids: ["1"] }]);
});
