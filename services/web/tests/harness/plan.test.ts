import { expect, test } from "vitest";
import { plan, planFairly, timeOf } from "../../harness/plan";

const WANTED = { width: 320, height: 180, frames: 36, steps: 1 };

test("all that is wanted, where it fits", () => {
  expect(plan(WANTED, 10, 400)).toEqual(WANTED);
});

test("first fewer frames, then smaller ones", () => {
  expect(plan(WANTED, 10, 250)).toEqual({ ...WANTED, frames: 24 });
  expect(plan(WANTED, 10, 180)).toEqual({ ...WANTED, frames: 18 });
  expect(plan(WANTED, 10, 110)).toEqual({ width: 240, height: 136, frames: 18, steps: 1 });
  expect(plan(WANTED, 10, 31)).toEqual({ width: 160, height: 90, frames: 12, steps: 1 });
});

test("nothing, where not even that fits", () => {
  expect(plan(WANTED, 10, 29)).toBeNull();
});

test("steps between frames go last, and before there is nothing", () => {
  const wanted = { ...WANTED, steps: 3 };
  expect(plan(wanted, 10, 1100)).toEqual(wanted);
  expect(plan(wanted, 10, 100)).toEqual({ width: 160, height: 90, frames: 12, steps: 3 });
  expect(plan(wanted, 10, 80)?.steps).toBe(1);
});

test("a preview always has frames enough to be one", () => {
  expect(plan({ ...WANTED, frames: 9 }, 10, 80)?.frames).toBe(8);
});

test("on a busy machine the processors decide, and they are asked only where it matters", () => {
  const never = () => {
    throw new Error("asked");
  };
  expect(planFairly(WANTED, 10, 400, never)).toEqual(WANTED);
  expect(planFairly(WANTED, 40, 400, () => 0.01)).toEqual(WANTED);
  expect(planFairly(WANTED, 40, 250, () => 0.01)).toEqual({ ...WANTED, frames: 24 });
  // What was spent before the frame does not make it dearer than the clock says.
  expect(planFairly(WANTED, 12, 400, () => 5)).toEqual({ ...WANTED, frames: 24 });
});

test("what a plan takes goes by its pixels", () => {
  expect(timeOf({ ...WANTED, frames: 18, steps: 2 }, WANTED, 10)).toBe(360);
  expect(timeOf({ width: 160, height: 90, frames: 12, steps: 1 }, WANTED, 10)).toBe(30);
});
