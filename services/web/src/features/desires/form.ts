/** The form of a new desire, and what the API gets of it. */

import type { Licence } from "../../lib/licences";
import type { NewDesire } from "./queries";

export const LEAST = 10;
export const LONGEST = 500;

export interface Form {
  readonly prompt: string;
  /** Tags with commas between them. */
  readonly style: string;
  /** Links to shaders, or their ids, with spaces between them. */
  readonly references: string;
  readonly licence: Licence | "";
  /** A day, as `<input type="date">` has it. */
  readonly deadline: string;
  /** The cluster of a like wish that this is not, and how it differs. */
  readonly different: string | null;
  readonly difference: string;
}

export const EMPTY: Form = {
  prompt: "",
  style: "",
  references: "",
  licence: "",
  deadline: "",
  different: null,
  difference: "",
};

export function bodyOf(form: Form, join: string | null): NewDesire {
  const differs = join === null && form.different !== null;
  return {
    prompt: form.prompt,
    style_hints: form.style
      .split(",")
      .map((tag) => tag.trim())
      .filter(Boolean),
    references: idsIn(form.references),
    licence: form.licence || null,
    deadline: endOf(form.deadline),
    join,
    different_from: differs ? form.different : null,
    difference: differs ? form.difference.trim() : "",
  };
}

/** The ids in a text of links; what is no link to a shader is left as it is, for the API to name. */
export function idsIn(text: string): string[] {
  return text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((link) => /\/s\/([0-9A-Za-z]+)/.exec(link)?.[1] ?? link);
}

/** The end of that day where the visitor is. */
function endOf(day: string): string | null {
  const at = new Date(`${day}T23:59:59`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** The fields of what the API refuses by a code: what it does not find is a reference, where there are any. */
export function errorFields({ references }: Form): Readonly<Record<string, string>> {
  return {
    bad_deadline: "deadline",
    unknown_licence: "licence",
    ...(references.trim() !== "" && { not_found: "references" }),
  };
}

/** The same errors, with links that are none said in words instead of as a pattern. */
export function inWords(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const unreadable = /^(?:String|List) should/.test(fields["references"] ?? "");
  return unreadable
    ? { ...fields, references: "Up to four links to shaders of this site, with spaces between them." }
    : fields;
}
