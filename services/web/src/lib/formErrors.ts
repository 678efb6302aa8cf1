/** The errors of a form, by field, read from the API's response. */

import { ApiError } from "../api/problem";

export interface FormErrors {
  readonly fields: Readonly<Record<string, string>>;
  /** The message that belongs to no field. */
  readonly rest: string | null;
}

export const NO_ERRORS: FormErrors = { fields: {}, rest: null };

/** `byCode` names the field of each code that is about one. */
export function formErrorsOf(error: unknown, byCode: Readonly<Record<string, string>>): FormErrors {
  if (error === null || error === undefined) return NO_ERRORS;
  if (!(error instanceof ApiError)) return { fields: {}, rest: "That did not work. Nothing is lost; try again." };
  const field = byCode[error.code];
  if (field !== undefined) return { fields: { [field]: asSentence(error.message) }, rest: null };
  const fields = fieldsOf(error.problem["fields"]);
  if ((error.code === "malformed" || error.code === "text_refused") && Object.keys(fields).length > 0)
    return { fields, rest: null };
  return { fields: {}, rest: asSentence(error.message) };
}

/** `tags.2` is about the tags. */
function fieldsOf(list: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of Array.isArray(list) ? list : []) {
    const { field, message } = entry as { field?: unknown; message?: unknown };
    if (typeof field === "string" && typeof message === "string")
      found[field.split(".")[0] ?? field] ??= asSentence(message);
  }
  return found;
}

function asSentence(text: string): string {
  const plain = text.replace(/^Value error, /, "").trim();
  const whole = plain.charAt(0).toUpperCase() + plain.slice(1);
  return /[.?]$/.test(whole) ? whole : `${whole}.`;
}
