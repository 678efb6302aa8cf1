import { expect, test } from "vitest";
import vectors from "../../../runtime/vectors/licences.json";
import { allowedUnder, LICENCES, mayBeForked } from "../../../src/lib/licences";

test("the licences are those of the API", () => {
  expect([...LICENCES].sort()).toEqual(vectors.all);
  expect(allowedUnder(null).sort()).toEqual(vectors.all);
});

test.each(Object.entries(vectors.forks))(
  "a fork of a shader under %s may carry what the API allows",
  (parent, allowed) => {
    expect(allowedUnder(parent).sort()).toEqual(allowed);
    expect(mayBeForked(parent)).toBe(allowed.length > 0);
  },
);
