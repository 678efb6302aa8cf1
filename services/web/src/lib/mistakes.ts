/** What is wrong with a form, by field, read from the API's answer. */

import { ApiError } from "../api/problem";

export interface Mistakes {
  readonly fields: Readonly<Record<string, string>>;
  /** What belongs to no field. */
  readonly rest: string | null;
}

export const NONE: Mistakes = { fields: {}, rest: null };

/** `byCode` names the field of each code that is about one. */
export function mistakesOf(error: unknown, byCode: Readonly<Record<string, string>>): Mistakes {
  if (error === null || error === undefined) return NONE;
  if (!(error instanceof ApiError)) return { fields: {}, rest: "That did not work. Nothing is lost; try again." };
  const field = byCode[error.code];
  if (field !== undefined) return { fields: { [field]: sentence(error.message) }, rest: null };
  const fields = malformed(error.problem["fields"]);
  if (error.code === "malformed" && Object.keys(fields).length > 0) return { fields, rest: null };
  return { fields: {}, rest: sentence(error.message) };
}

function malformed(list: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of Array.isArray(list) ? list : []) {
    const { field, message } = entry as { field?: unknown; message?: unknown };
    if (typeof field === "string" && typeof message === "string") found[field] ??= sentence(message);
  }
  return found;
}

function sentence(text: string): string {
  const plain = text.replace(/^Value error, /, "").trim();
  const whole = plain.charAt(0).toUpperCase() + plain.slice(1);
  return /[.?]$/.test(whole) ? whole : `${whole}.`;
}
