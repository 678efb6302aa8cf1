import { expect, test } from "vitest";
import { keys } from "../../../src/api/keys";
import { FeedSettings } from "../../../src/features/settings/feed/FeedSettings";
import { ShaderCard } from "../../../src/features/shaders/ShaderCard";
import type { SummaryPages } from "../../../src/features/shaders/shaderPages";
import { ADA, fakeApi, show, signInAs, TIDE } from "./support";

const api = fakeApi();
const TASTE = {
  learning: true,
  updated_at: "2026-11-30T12:00:00Z",
  tags: [
    { tag: "water", weight: 1.2 },
    { tag: "fire", weight: -0.4 },
  ],
  works: [{ shader: TIDE, cause: "voted", weight: 1 }],
};
const MUTED = { kind: "tag", name: "neon", title: null, muted_at: "2026-11-30T12:00:00Z" };

function card(reasons: object) {
  return (
    <ul>
      <ShaderCard shader={{ ...TIDE, ...reasons }} index={0} large={false} activity="selected" moving={false} />
    </ul>
  );
}

test("the menu of a card says why it is there and shows less of its tag", async () => {
  const shader = { ...TIDE, tags: ["water"], reasons: [{ kind: "tag", tag: "water" } as const] };
  const other = { ...TIDE, id: "other", tags: ["fire"] };
  await signInAs(ADA);
  api.current.on("PUT /api/v1/feed/mutes/tag/water", new Response(null, { status: 204 }));
  const { screen, client } = await show(card(shader));
  const feed: SummaryPages = { pages: [{ items: [shader, other], next_cursor: null }], pageParams: [null] };
  client.setQueryData(keys.feed("you"), feed);
  await screen.getByRole("button", { name: /less of this/ }).click();
  await expect.element(screen.getByRole("menuitem", { name: "Here because you like #water" })).toBeVisible();
  await screen.getByRole("menuitem", { name: "Less #water" }).click();
  await expect.poll(() => api.current.to("PUT /api/v1/feed/mutes/tag/water")).toHaveLength(1);
  await expect
    .poll(() => client.getQueryData<SummaryPages>(keys.feed("you"))?.pages[0]?.items.map(({ id }) => id))
    .toEqual(["other"]);
});

test("a card that no feed chose has no such menu", async () => {
  const { screen } = await show(card({}));
  await expect.element(screen.getByRole("button", { name: /less of this/ })).not.toBeInTheDocument();
});

test("what the feed knows can be forgotten, and what is muted taken back", async () => {
  await signInAs(ADA);
  api.current
    .on("GET /api/v1/feed/taste", TASTE)
    .on("GET /api/v1/feed/mutes", { items: [MUTED] })
    .on("DELETE /api/v1/feed/taste/tags/water", new Response(null, { status: 204 }))
    .on("DELETE /api/v1/feed/taste/shaders/tide", new Response(null, { status: 204 }))
    .on("DELETE /api/v1/feed/mutes/tag/neon", new Response(null, { status: 204 }))
    .on("PUT /api/v1/feed/taste", { learning: false, updated_at: null, tags: [], works: [] });
  const { screen } = await show(<FeedSettings />);
  await screen.getByRole("button", { name: "Forget water" }).click();
  await screen.getByRole("button", { name: `Forget ${TIDE.title}` }).click();
  await screen.getByRole("button", { name: "Show again #neon" }).click();
  await expect.poll(() => api.current.sent.filter(({ method }) => method === "DELETE")).toHaveLength(3);
  await screen.getByRole("checkbox", { name: /Learn from what I do/ }).click();
  await expect.element(screen.getByText("Tags that you like", { exact: true })).not.toBeInTheDocument();
  expect(api.current.to("PUT /api/v1/feed/taste")[0]?.body).toEqual({ learning: false });
});
