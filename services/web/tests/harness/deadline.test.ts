import { expect, test } from "vitest";
import { Deadline } from "../../harness/deadline";

test("it passes when nobody gives more, and then for good", () => {
  const given = [0.001, 0];
  const deadline = new Deadline(0, () => given.shift() ?? 5);
  expect([deadline.passed(), deadline.over]).toEqual([false, false]);
  while (!deadline.passed());
  expect([deadline.passed(), deadline.over, given]).toEqual([true, true, []]);
});

test("what would be over before the end is over at once", () => {
  const deadline = new Deadline(5, () => 0, 8);
  expect([deadline.allows(7000), deadline.passed()]).toEqual([true, false]);
  expect([deadline.allows(9000), deadline.over, deadline.passed()]).toEqual([false, true, true]);
});
