/** The API's errors about a shader, by the field of the form that they belong to. */

import { ApiError } from "../api/problem";
import { resetDay } from "./dates";
import { type FormErrors, formErrorsOf } from "./formErrors";

const FIELDS = { unknown_licence: "licence", licence_obligation: "licence" };

export function apiErrorsOf(error: unknown): FormErrors {
  if (error instanceof ApiError) {
    if (error.code === "publish_limit") return { fields: {}, rest: limitMessage(error) };
    if (error.code === "licence_obligation") {
      const allowed = error.problem["allowed"];
      const list = Array.isArray(allowed) && allowed.length > 0 ? ` Take one of: ${allowed.join(", ")}.` : "";
      return { fields: { licence: `${error.message}.${list}` }, rest: null };
    }
  }
  const { fields, rest } = formErrorsOf(error, FIELDS);
  const sourceError = fields["source"];
  return { fields, rest: sourceError ?? rest };
}

function limitMessage({ problem }: ApiError): string {
  const limit = typeof problem["limit"] === "number" ? problem["limit"] : "some";
  const resets = problem["resets_at"];
  const again = typeof resets === "string" ? ` The next are on ${resetDay(resets)}.` : "";
  return `A free account publishes ${limit} shaders a month, and yours are used up.${again} Nothing is lost: keep it as a draft or private, which is free.`;
}
