import { expect, test, vi } from "vitest";
import { keys } from "../../../src/api/keys";
import { DetailsDialog } from "../../../src/features/shader/DetailsDialog";
import { choicesWith } from "../../../src/lib/shaderChoices";
import { ADA, fakeApi, problem, show, signInAs, TIDE } from "./support";

const api = fakeApi();
const ROUTE = "PATCH /api/v1/shaders/tide";

async function open(shader = TIDE) {
  await signInAs(ADA);
  const onClose = vi.fn();
  const { screen, client } = await show(<DetailsDialog shader={shader} onClose={onClose} />);
  const save = screen.getByRole("button", { name: "Save details" });
  return { screen, client, save, onClose };
}

test("the details dialog sends an emptied second of the still as null", async () => {
  api.current.on(ROUTE, { ...TIDE, still_time: null });
  const { screen, save, onClose } = await open();
  await screen.getByLabelText("Second of the still picture").fill("");
  await save.click();
  await expect.poll(() => onClose.mock.calls.length).toBe(1);
  expect(api.current.to(ROUTE)[0]?.body).toMatchObject({ title: "Tide", still_time: null });
});

test("the details dialog leaves the still alone where its second stays", async () => {
  api.current.on(ROUTE, TIDE);
  const { screen, save, client, onClose } = await open();
  client.setQueryData(keys.search({}), { pages: [], pageParams: [] });
  await screen.getByLabelText("Title").fill("Ebb");
  await screen.getByLabelText("Tags").fill("sea, #moon");
  await save.click();
  await expect.poll(() => onClose.mock.calls.length).toBe(1);
  const body = api.current.to(ROUTE)[0]?.body;
  expect(body).toMatchObject({ title: "Ebb", tags: ["sea", "moon"] });
  expect(body).not.toHaveProperty("still_time");
  expect(client.getQueryState(keys.search({}))?.isInvalidated).toBe(true);
});

test("the details dialog sends what is chosen in each field", async () => {
  api.current.on(ROUTE, TIDE);
  const { screen, save, onClose } = await open();
  const last = choicesWith("field").map(([name, { field, labels }]) => {
    const value = Object.keys(labels).at(-1) ?? "";
    return [name, field, value] as const;
  });
  for (const [, { label, initial }, value] of last) {
    await expect.element(screen.getByLabelText(label)).toHaveValue(initial);
    await screen.getByLabelText(label).selectOptions(value);
  }
  await save.click();
  await expect.poll(() => onClose.mock.calls.length).toBe(1);
  const chosen = Object.fromEntries(last.map(([name, , value]) => [name, value]));
  expect(api.current.to(ROUTE)[0]?.body).toMatchObject({ ...chosen, ai_label: "ai-generated", visibility: "draft" });
});

test("who publishes shows others the earlier versions only when saying so", async () => {
  const draft = { ...TIDE, visibility: "draft" as const, version: 3, public_from: 3 };
  api.current.on(ROUTE, draft);
  const { screen, save, onClose } = await open(draft);
  const box = screen.getByRole("checkbox", { name: /^Show others versions 1 to 2, too/ });
  await expect.element(box).not.toBeInTheDocument();
  await screen.getByLabelText("Who sees it").selectOptions("public");
  await save.click();
  await expect.poll(() => onClose.mock.calls.length).toBe(1);
  await box.click();
  await save.click();
  await expect.poll(() => onClose.mock.calls.length).toBe(2);
  const [first, second] = api.current.to(ROUTE).map(({ body }) => body);
  expect(first).not.toHaveProperty("public_from");
  expect(second).toMatchObject({ visibility: "public", public_from: 1 });
});

test("the details dialog shows what the API refuses at its field, and stays open", async () => {
  api.current.on(
    ROUTE,
    problem(409, "licence_obligation", "A fork cannot be under MIT", { allowed: ["CC-BY-SA-4.0"] }),
  );
  const { screen, save, onClose } = await open();
  await save.click();
  await expect
    .element(screen.getByRole("alert"))
    .toHaveTextContent("A fork cannot be under MIT. Take one of: CC-BY-SA-4.0.");
  await expect.element(screen.getByLabelText("Licence")).toHaveAttribute("aria-invalid", "true");
  expect(onClose).not.toHaveBeenCalled();
});
