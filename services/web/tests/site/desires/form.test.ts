import { expect, test } from "vitest";
import { readShown } from "../../../src/features/desires/DesiresPage";
import { bodyOf, EMPTY, idsIn } from "../../../src/features/desires/form";
import { wanted } from "../../../src/features/shaders/desires/wanted";

const PROMPT = "A slow green aurora over a lake";

test("a wish of words alone asks for nothing else", () => {
  expect(bodyOf({ ...EMPTY, prompt: PROMPT }, null)).toEqual({
    prompt: PROMPT,
    style_hints: [],
    references: [],
    licence: null,
    deadline: null,
    join: null,
    different_from: null,
    difference: "",
  });
});

test("who joins says of no wish that it is another", () => {
  const form = { ...EMPTY, prompt: PROMPT, different: "5XnRd8Lp3Va", difference: " seen from inside " };
  expect(bodyOf(form, null)).toMatchObject({ different_from: "5XnRd8Lp3Va", difference: "seen from inside" });
  expect(bodyOf(form, "9TfKq4Zr2Wc")).toMatchObject({ join: "9TfKq4Zr2Wc", different_from: null, difference: "" });
});

test("references are links or ids; what is neither is left to the API", () => {
  expect(idsIn("https://a.example/s/7YkQm2Xb4Ra, /s/2HsXrQjMTZ0/v/3  AmyWa6aSyyd http://b.example/")).toEqual([
    "7YkQm2Xb4Ra",
    "2HsXrQjMTZ0",
    "AmyWa6aSyyd",
    "http://b.example/",
  ]);
});

test("a deadline is the end of its day where the visitor is", () => {
  const { deadline } = bodyOf({ ...EMPTY, deadline: "2027-03-01" }, null);
  expect(new Date(deadline ?? "").getTime()).toBe(new Date(2027, 2, 1, 23, 59, 59).getTime());
});

test("only open desires are ordered by heat", () => {
  expect(readShown(new URLSearchParams())).toEqual({ state: "open", sort: "heat" });
  expect(readShown(new URLSearchParams("state=fulfilled&sort=heat"))).toEqual({ state: "fulfilled", sort: "new" });
  expect(readShown(new URLSearchParams("state=nonsense&sort=price"))).toEqual({ state: "open", sort: "heat" });
});

test("people are counted in words", () => {
  expect(wanted({ people: 1, state: "open" })).toBe("1 person wants this");
  expect(wanted({ people: 1400, state: "open" })).toBe("1,400 people want this");
  expect(wanted({ people: 0, state: "expired" })).toBe("Expired");
});
