import { expect, test } from "vitest";
import { ApiError } from "../../../src/api/problem";
import { formErrorsOf, NO_ERRORS } from "../../../src/lib/formErrors";

test("a code that is about a field", () => {
  const error = new ApiError(409, "handle_taken", "This handle is taken");
  expect(formErrorsOf(error, { handle_taken: "handle" })).toEqual({
    fields: { handle: "This handle is taken." },
    rest: null,
  });
  expect(formErrorsOf(error, {})).toEqual({ fields: {}, rest: "This handle is taken." });
});

test("the fields of a malformed request", () => {
  const fields = [
    { in: "body", field: "handle", message: "Value error, this handle is reserved" },
    { in: "body", field: "email", message: "Value error, this is not an e-mail address" },
    { in: "body", field: "email", message: "second" },
  ];
  const error = new ApiError(422, "malformed", "handle: ...", { code: "malformed", fields });
  expect(formErrorsOf(error, {}).fields).toEqual({
    handle: "This handle is reserved.",
    email: "This is not an e-mail address.",
  });
});

test("nothing, and what nobody expects", () => {
  expect(formErrorsOf(null, {})).toEqual(NO_ERRORS);
  expect(formErrorsOf(new TypeError("x"), {}).rest).toMatch(/Nothing is lost/);
  expect(formErrorsOf(new ApiError(422, "malformed", "The body is empty"), {}).rest).toBe("The body is empty.");
});
