import { expect, test } from "vitest";
import { Facts } from "../../../src/features/shader/Facts";
import { ShaderCard } from "../../../src/features/shaders/ShaderCard";
import { choicesWith } from "../../../src/lib/shaderChoices";
import { fakeApi, show, TIDE } from "./support";

fakeApi();

test("a card shows the licence and the choices of its shader", async () => {
  const { screen } = await show(
    <ul>
      <ShaderCard shader={TIDE} index={0} large={false} activity={null} moving={false} />
    </ul>,
  );
  const labels = choicesWith("card").map(([name, { labels }]) => labels[TIDE[name]] ?? name);
  expect(labels).toContain("By hand");
  for (const text of ["CC-BY-4.0", ...labels])
    await expect.element(screen.getByText(text, { exact: true })).toBeVisible();
});

test("the facts of a shader name its choices", async () => {
  const { screen } = await show(<Facts shader={TIDE} />);
  const facts = choicesWith("fact").map(([name, { fact, labels }]) => [fact, labels[TIDE[name]] ?? name] as const);
  expect(facts).toContainEqual(["Made", "By hand"]);
  expect(facts).toContainEqual(["Dialect", "Shadertoy"]);
  for (const [fact, label] of facts) {
    await expect.element(screen.getByText(fact, { exact: true })).toBeVisible();
    await expect.element(screen.getByText(label, { exact: true })).toBeVisible();
  }
});
