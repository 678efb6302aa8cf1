import { expect, test } from "vitest";
import { amountOf, dayOf, megabytes } from "../../../src/features/settings/usage";

test("amounts, with and without a bound", () => {
  expect(amountOf(12, 200)).toBe("12 of 200");
  expect(amountOf(1200, null)).toBe("1,200, without a limit");
});

test("a little is not nothing", () => {
  expect([0, 1, 3_400_000, 1_000_000_000].map(megabytes)).toEqual(["0", "0.1", "3.4", "1,000"]);
});

test("the first of the month stays it west of Greenwich", () => {
  expect(dayOf("2026-12-01T00:00:00Z")).toBe("December 1");
});
