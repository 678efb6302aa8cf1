import { useState } from "react";
import { expect, onTestFinished, test, vi } from "vitest";
import { DesireActions } from "../../../src/features/desires/DesireActions";
import { NewDesirePage } from "../../../src/features/desires/NewDesirePage";
import { Suggestions } from "../../../src/features/desires/Suggestions";
import { Answering } from "../../../src/features/shaders/desires/Answering";
import { Wishes } from "../../../src/features/shaders/desires/Wishes";
import { ADA, fakeApi, problem, show, signInAs, TIDE } from "./support";

const api = fakeApi();
const SIMILAR = "GET /api/v1/desires/similar";
const FULFIL = "POST /api/v1/desires/rain/fulfilments";
const PROMPT = "Rain on a window";
const LIKE = {
  desire: "rain",
  cluster: "wet",
  people: 14,
  best: null,
  theirs: [
    { text: "Rain on a ", differs: false },
    { text: "windscreen", differs: true },
  ],
};
const DRAWN = { ...TIDE, still_url: "data:,", visibility: "public", render_status: "ready" } as typeof TIDE;
const WAITING = { ...DRAWN, still_url: null, render_status: "pending" } as typeof TIDE;

function Typing() {
  const [prompt, setPrompt] = useState("");
  return (
    <>
      <input aria-label="Wish" value={prompt} onChange={({ target }) => setPrompt(target.value)} />
      <Suggestions
        prompt={prompt}
        different={null}
        difference=""
        busy={false}
        onJoin={() => undefined}
        onDifferent={() => undefined}
        onDifference={() => undefined}
      />
    </>
  );
}

test("like wishes are not asked for while somebody types", async () => {
  const { screen } = await show(<Typing />);
  const wish = screen.getByLabelText("Wish");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  for (const text of ["Rain on a wi", "Rain on a wind", "Rain on a windo"]) {
    await wish.fill(text);
    await vi.advanceTimersByTimeAsync(200);
  }
  expect(api.current.to(SIMILAR)).toEqual([]);
});

test("like wishes are shown once nobody types, from twelve letters on", async () => {
  api.current.on(SIMILAR, { items: [LIKE] });
  const { screen } = await show(<Typing />);
  const wish = screen.getByLabelText("Wish");
  await wish.fill("Rain on a w");
  await wish.fill(PROMPT);
  await expect.element(screen.getByText("14 people already want this")).toBeVisible();
  await expect.element(screen.getByText("windscreen")).toBeVisible();
  expect(api.current.to(SIMILAR).map(({ query }) => query.get("prompt"))).toEqual([PROMPT]);
  await wish.fill("Rain");
  await expect.element(screen.getByText("14 people already want this")).not.toBeInTheDocument();
});

async function published(shader: typeof TIDE, isAuthor = true) {
  api.current
    .on("GET /api/v1/desires/rain", { id: "rain", prompt: PROMPT, state: "open" })
    .on("GET /api/v1/shaders/tide/desires", []);
  await signInAs(ADA);
  const page = (now: typeof TIDE) => <Answering shader={now} isAuthor={isAuthor} />;
  function Drawing() {
    const [now, setNow] = useState(shader);
    return (
      <>
        {page(now)}
        <button type="button" onClick={() => setNow({ ...DRAWN })}>
          Drawn
        </button>
      </>
    );
  }
  return await show(<Drawing />, { pathname: "/s/tide", state: { answers: "rain" } });
}

test("what is published for a wish answers it once it is drawn, and once only", async () => {
  api.current.on(FULFIL, { id: "answer" });
  const { screen } = await published(WAITING);
  await expect.element(screen.getByText(/^As soon as its picture is drawn/)).toBeVisible();
  expect(api.current.to(FULFIL)).toEqual([]);
  await screen.getByRole("button", { name: "Drawn" }).click();
  await screen.getByRole("button", { name: "Drawn" }).click();
  await expect.element(screen.getByText(/^As soon as its picture is drawn/)).not.toBeInTheDocument();
  await screen.getByRole("button", { name: "Drawn" }).click();
  expect(api.current.to(FULFIL).map(({ body }) => body)).toEqual([{ shader_id: "tide" }]);
});

test("an answer that is refused says why, and is sent again only when asked", async () => {
  api.current.on(FULFIL, problem(503, "unavailable", "The site is busy"));
  const { screen } = await published(DRAWN);
  await expect.element(screen.getByText(/^It does not answer the wish: The site is busy/)).toBeVisible();
  await screen.getByRole("button", { name: "Drawn" }).click();
  expect(api.current.to(FULFIL)).toHaveLength(1);
  api.current.on(FULFIL, { id: "answer" });
  await screen.getByRole("button", { name: "Try again" }).click();
  await expect.element(screen.getByText(/^It does not answer the wish/)).not.toBeInTheDocument();
  expect(api.current.to(FULFIL)).toHaveLength(2);
});

test("a link makes nobody's work an answer", async () => {
  await signInAs(ADA);
  api.current.on("GET /api/v1/shaders/tide/desires", []).on("GET /api/v1/desires/rain", { prompt: PROMPT });
  await show(<Answering shader={DRAWN} isAuthor />, "/s/tide?answers=rain");
  await expect.poll(() => api.current.to("GET /api/v1/shaders/tide/desires")).toHaveLength(1);
  expect(api.current.to(FULFIL)).toEqual([]);
});

test.each([
  [403, "address_unverified", "Confirm your address first: open the link in the mail", {}],
  [403, "suspended", "This account is suspended: spam", {}],
  [404, "not_found", "There is no shader zzz to refer to", {}],
  [422, "malformed", "Up to four links", { fields: [{ field: "references.0", message: "String should match" }] }],
])("a wish that is refused (%i %s) says so, and nothing typed is lost", async (status, code, said, more) => {
  await signInAs(ADA);
  api.current.on("POST /api/v1/desires", problem(status, code, said, more)).on(SIMILAR, { items: [] });
  const { screen } = await show(<NewDesirePage />);
  await screen.getByLabelText("Your wish").fill(PROMPT);
  await screen.getByText(/^Style, references/).click();
  await screen.getByLabelText("References").fill("zzz");
  await screen.getByText(/^Style, references/).click();
  await screen.getByRole("button", { name: "Make this wish" }).click();
  await expect.element(screen.getByText(new RegExp(`^${said}`)).last()).toBeVisible();
  await expect.element(screen.getByLabelText("Your wish")).toHaveValue(PROMPT);
});

test("others report a wish, and read where they have done so before", async () => {
  const wish = { id: "rain", prompt: PROMPT, state: "open", hidden_reason: null } as unknown as Parameters<
    typeof DesireActions
  >[0]["desire"];
  const reports = "POST /api/v1/desires/rain/reports";
  api.current.on(reports, problem(409, "already_reported", "Already"));
  await signInAs(ADA);
  const { screen } = await show(<DesireActions desire={wish} isAuthor={false} />);
  await screen.getByRole("button", { name: "More" }).click();
  await screen.getByRole("menuitem", { name: "Report" }).click();
  await screen.getByRole("radio", { name: "Spam or advertising" }).click();
  await screen.getByRole("button", { name: "Send report" }).click();
  await expect.element(screen.getByText("You have reported this desire already.")).toBeVisible();
  expect(api.current.to(reports)[0]?.body).toEqual({ reason: "spam", detail: "" });
});

test("wishes stand beside what a search finds, more on request, and nothing where there are none", async () => {
  const board = "GET /api/v1/desires";
  const wish = (id: string) => ({ id, prompt: `Rain ${id}`, people: 2, state: "open", fulfilments: 1 });
  api.current.on(board, ({ query }: { query: URLSearchParams }) =>
    query.get("cursor") === null
      ? { items: [wish("a")], next_cursor: "more" }
      : { items: [wish("b")], next_cursor: null },
  );
  const { screen } = await show(<Wishes title="Wishes with “rain”" which={{ q: "rain" }} />);
  await expect.element(screen.getByRole("link", { name: "Rain a" })).toHaveAttribute("href", "/desires/a");
  await screen.getByRole("button", { name: "More wishes" }).click();
  await expect.element(screen.getByRole("link", { name: "Rain b" })).toBeVisible();
  expect(api.current.to(board)[0]?.query.get("q")).toBe("rain");
});
