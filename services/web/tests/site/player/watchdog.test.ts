import { describe, expect, test } from "vitest";
import { coarsestFor, DIVIDERS, fitting, isBusy, isSuspect, Watchdog } from "../../../src/player/watchdog";

const COARSEST = 8;

function judge(watchdog: Watchdog, input: readonly number[], divider = 1, finest = 1, coarsest = COARSEST) {
  return input.map((ms) => watchdog.judge(ms, divider, finest, coarsest)).at(-1);
}

describe("judge", () => {
  test("quick frames go on for ever", () => {
    expect(judge(new Watchdog(), new Array(500).fill(8))).toEqual({ do: "go on" });
  });

  test("one late frame is a hiccup, slow ones make the picture coarser", () => {
    expect(judge(new Watchdog(), [10, 400, 10])).toEqual({ do: "go on" });
    expect(judge(new Watchdog(), [150, 150])).toEqual({ do: "go on" });
    expect(judge(new Watchdog(), [150, 150, 150])).toEqual({ do: "divide", by: 2 });
  });

  test("it goes at once as far as is needed", () => {
    expect(judge(new Watchdog(), [450, 450, 450])).toEqual({ do: "divide", by: 3 });
    expect(judge(new Watchdog(), [450, 450, 450], 2)).toEqual({ do: "divide", by: 6 });
    expect(judge(new Watchdog(), [5000])).toEqual({ do: "divide", by: COARSEST });
  });

  test("only the coarsest picture is stopped", () => {
    expect(judge(new Watchdog(), [600, 600, 600], COARSEST)).toEqual({ do: "stop" });
    expect(judge(new Watchdog(), [400, 400, 400], COARSEST)).toEqual({ do: "go on" });
    expect(judge(new Watchdog(), [1200, 1200], COARSEST)).toEqual({ do: "stop" });
  });

  test("one hiccup, however long, stops nothing", () => {
    expect(judge(new Watchdog(), [5000], COARSEST)).toEqual({ do: "go on" });
    expect(judge(new Watchdog(), [5000, 10, 10, 5000, 10], COARSEST)).toEqual({ do: "go on" });
  });

  test("it returns to a finer picture twice, and never finer than was asked for", () => {
    const watchdog = new Watchdog();
    const easy = new Array(45).fill(4);
    expect(judge(watchdog, easy, 4)).toEqual({ do: "divide", by: 2 });
    expect(judge(watchdog, easy, 2)).toEqual({ do: "divide", by: 1 });
    expect(judge(watchdog, easy, 4)).toEqual({ do: "go on" });
    expect(judge(new Watchdog(), easy, 4, 4)).toEqual({ do: "go on" });
    expect(judge(new Watchdog(), new Array(45).fill(20), 4)).toEqual({ do: "go on" });
  });

  test("a small picture has fewer steps", () => {
    expect(judge(new Watchdog(), [900, 900, 900], 1, 1, 2)).toEqual({ do: "divide", by: 2 });
    expect(judge(new Watchdog(), [900, 900, 900], 2, 1, 2)).toEqual({ do: "stop" });
    expect([1440, 640, 360, 100].map((width) => coarsestFor(width, 1))).toEqual([8, 4, 2, 1]);
    expect(coarsestFor(100, 3)).toBe(3);
  });
});

describe("fitting", () => {
  test("goes by the number of pixels", () => {
    expect(fitting(1, 4, 1, COARSEST)).toBe(1);
    expect(fitting(1, 4, 3, COARSEST)).toBe(3);
    expect(fitting(20, 4, 1, COARSEST)).toBe(2);
    expect(fitting(100, 4, 1, COARSEST)).toBe(4);
    expect(fitting(25, 16, 1, COARSEST)).toBe(8);
  });

  test("between slow and heavy it is the coarsest, beyond there is none", () => {
    expect(fitting(60, 16, 1, COARSEST)).toBe(COARSEST);
    expect(fitting(200, 16, 1, COARSEST)).toBe(COARSEST);
    expect(fitting(300, 16, 1, COARSEST)).toBe(null);
  });

  test("every wish of a viewer is among the dividers", () => {
    for (const finest of DIVIDERS) expect(fitting(0, 4, finest, COARSEST)).toBe(finest);
  });
});

test("a loss in quick drawing is not the shader's fault, the second one may be", () => {
  expect(isSuspect(3, 1)).toBe(false);
  expect(isSuspect(2000, 1)).toBe(true);
  expect(isSuspect(3, 2)).toBe(true);
});

test("a machine that is slow with nothing to draw is busy, and no shader is to blame", () => {
  expect(isBusy(600, 10)).toBe(false);
  expect(isBusy(600, 400)).toBe(true);
});
