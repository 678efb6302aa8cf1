import { expect, test } from "vitest";
import { Stage } from "../../harness/stage";

const SOURCE =
  "void mainImage(out vec4 c, in vec2 p) { c = vec4(fwidth(p.x * p.y) / 300.0, p / iResolution.xy, 1.0); }";
const SIZE = { width: 96, height: 50 };

function drawn(stage: Stage): Uint8Array | null {
  const pixels = new Uint8Array(SIZE.width * SIZE.height * 4);
  if (!stage.draw({ ...SIZE, time: 1 })) return null;
  stage.read(SIZE, pixels);
  return pixels;
}

function opened(): Stage {
  const stage = Stage.create();
  if (stage === null) throw new Error("no WebGL2");
  expect(stage.compile(SOURCE, {}).ok).toBe(true);
  return stage;
}

test("strips of any height give the same pixels", () => {
  const stage = opened();
  const first = drawn(stage);
  expect(first?.some((value) => value !== 0)).toBe(true);
  expect(drawn(stage)).toEqual(first);
  stage.warm({ ...SIZE, time: 1 });
  expect(drawn(stage)).toEqual(first);
  stage.dispose();
});

test("a smaller frame on a larger target has its own pixels", () => {
  const stage = opened();
  const first = drawn(stage);
  stage.draw({ width: 300, height: 200, time: 1 });
  expect(drawn(stage)).toEqual(first);
  stage.dispose();
});

test("nothing is drawn when it is stopped in between", () => {
  const stage = opened();
  expect(stage.draw({ ...SIZE, time: 1 }, () => false)).toBe(false);
  expect(stage.alive()).toBe(true);
  stage.dispose();
});

test("a context that is gone is not alive", () => {
  const stage = opened();
  expect(stage.alive()).toBe(true);
  stage.dispose();
  expect(stage.alive()).toBe(false);
});
