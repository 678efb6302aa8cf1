import { expect, test } from "vitest";
import { safeReturnTo, signInPath } from "../../../src/lib/returnTo";

const HERE = "https://fractafrag.example";

test.each([
  ["/s/abc?v=1#code", "/s/abc?v=1#code"],
  ["/settings/keys", "/settings/keys"],
  [null, "/"],
  ["", "/"],
  ["https://evil.example/", "/"],
  ["//evil.example/", "/"],
  ["/\\evil.example", "/"],
  ["/\t/evil.example", "/"],
  ["/..//evil.example", "/"],
  ["javascript:alert(1)", "/"],
  ["/sign-in?next=/sign-in", "/"],
  ["/register", "/"],
])("%j goes on to %j", (given, path) => {
  expect(safeReturnTo(given, HERE)).toBe(path);
});

test("the address of the form names the page that asked", () => {
  expect(signInPath({ pathname: "/settings/keys", search: "?a=b" })).toBe("/sign-in?next=%2Fsettings%2Fkeys%3Fa%3Db");
  expect(signInPath({ pathname: "/", search: "" })).toBe("/sign-in");
  expect(signInPath({ pathname: "/sign-in", search: "?next=/new" })).toBe("/sign-in");
});
