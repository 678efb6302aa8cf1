import { expect, test } from "vitest";
import { amountOf, megabytes } from "../../../src/features/settings/usage";
import { resetDay } from "../../../src/lib/dates";

test("amounts, with and without a bound", () => {
  expect(amountOf(12, 200)).toBe("12 of 200");
  expect(amountOf(1200, null)).toBe("1,200, without a limit");
});

test("a little is not nothing", () => {
  expect([0, 1, 3_400_000, 1_000_000_000].map(megabytes)).toEqual(["0", "0.1", "3.4", "1,000"]);
});

test("the first of the month stays it west of Greenwich", () => {
  expect(resetDay("2026-12-01T00:00:00Z")).toBe("December 1");
});
