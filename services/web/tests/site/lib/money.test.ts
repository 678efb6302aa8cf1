import { expect, test } from "vitest";
import { inWords, parseAmount, plain } from "../../../src/lib/money";

test.each([
  ["12.50", 2, 1250],
  ["12,5", 2, 1250],
  ["20", 2, 2000],
  ["500", 0, 500],
  ["1.234", 3, 1234],
  ["5.5", 0, null],
  ["1.234", 2, null],
  ["-3", 2, null],
  ["1e3", 2, null],
  ["", 2, null],
])("%s with the exponent %i is %s", (text, exponent, amount) => {
  expect(parseAmount(text, exponent)).toBe(amount);
});

test.each([
  [5, 2, "0.05"],
  [-1250, 2, "-12.50"],
  [1, 3, "0.001"],
  [500, 0, "500"],
])("%i with the exponent %i is written %s", (amount, exponent, text) => {
  expect(plain(amount, exponent)).toBe(text);
});

test("points are no currency", () => {
  expect(inWords(1, { currency: "THX", exponent: 0 })).toBe("1 point");
  expect(inWords(2000, { currency: "USD", exponent: 2 })).toBe("20.00 USD");
});
