import { afterEach, expect, test } from "vitest";
import type { Schemas } from "../../../src/api/client";
import { AppearanceSettings } from "../../../src/features/settings/AppearanceSettings";
import { Stage } from "../../../src/features/shader/Stage";
import { ShaderCard } from "../../../src/features/shaders/ShaderCard";
import { setFlashing } from "../../../src/lib/flashes";
import { fakeApi, show, TIDE } from "./support";

const LOOP = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=";
const SOURCE = "void mainImage(out vec4 color, in vec2 at) { color = vec4(step(0.5, fract(iTime * 5.0))); }";

fakeApi();
afterEach(() => setFlashing("system"));

/** Each test has its own: what was asked for stays asked for. */
let made = 0;
function strobe(flashes: boolean | null): Schemas["ShaderPublic"] {
  made += 1;
  return { ...TIDE, id: `strobe-${made}`, source: SOURCE, preview_url: LOOP, animated: true, flashes };
}

const card = (shader: Schemas["ShaderPublic"]) => (
  <ul>
    <ShaderCard shader={shader} index={0} large={false} activity="selected" moving={true} />
  </ul>
);

const stage = ({ id, flashes = null }: Schemas["ShaderPublic"]) => (
  <Stage
    id={id}
    flashes={flashes}
    title="Strobe"
    author="Ada"
    source={SOURCE}
    dialect="shadertoy"
    parameters={{}}
    still={TIDE}
    stillTime={1}
    color={null}
  />
);

const loops = (container: Element) => container.querySelectorAll("img[data-loop]");

test("the card of a work that flashes shows its still and a sentence until one asks", async () => {
  const { screen } = await show(card(strobe(true)));
  await expect.element(screen.getByText("This work flashes.")).toBeVisible();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(loops(screen.container)).toHaveLength(0);
  await screen.getByRole("button", { name: "This work flashes. Play it anyway" }).click();
  await expect.poll(() => loops(screen.container).length).toBe(1);
  await expect.element(screen.getByText("This work flashes.")).not.toBeInTheDocument();
});

test.each([false, null])("one of which that is %s plays", async (flashes) => {
  const { screen } = await show(card(strobe(flashes)));
  await expect.poll(() => loops(screen.container).length).toBe(1);
  await expect.element(screen.getByText("This work flashes.")).not.toBeInTheDocument();
});

test.each(["Play it anyway", "Play"])("the shader's page plays it by %s, and not before", async (name) => {
  const { screen } = await show(stage(strobe(true)));
  await expect.element(screen.getByText(/This work flashes/)).toBeVisible();
  await expect.element(screen.getByRole("button", { name: "Pause" })).not.toBeInTheDocument();
  await screen.getByRole("button", { name, exact: true }).click();
  await expect.element(screen.getByRole("button", { name: "Pause" })).toBeVisible();
  await expect.element(screen.getByText(/This work flashes/)).not.toBeInTheDocument();
});

test("the page and the card know of each other", async () => {
  const shader = strobe(true);
  const { screen } = await show(stage(shader));
  await screen.getByRole("button", { name: "Play it anyway" }).click();
  const other = await show(card(shader));
  await expect.poll(() => loops(other.screen.container).length).toBe(1);
});

test("who wants to sees them all play", async () => {
  const settings = await show(<AppearanceSettings />);
  await settings.screen.getByRole("radio", { name: "Play them like others" }).click();
  const { screen } = await show(card(strobe(true)));
  await expect.poll(() => loops(screen.container).length).toBe(1);
});
