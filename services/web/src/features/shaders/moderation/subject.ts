/** What people report and moderators decide about. */

import type { Schemas } from "../../../api/client";

export interface Subject {
  readonly kind: Schemas["SubjectKind"];
  readonly id: string;
  /** A shader's title, or what a desire says. */
  readonly title: string;
}

/** Where it stands on the site. */
export function pathOf({ kind, id }: Pick<Subject, "kind" | "id">): string {
  return kind === "shader" ? `/s/${id}` : `/desires/${id}`;
}

const BRIEF = 60;

/** Its title for headings and buttons; what a desire says may be long. */
export function nameOf({ title }: Pick<Subject, "title">): string {
  return title.length <= BRIEF ? title : `${title.slice(0, BRIEF - 1).trimEnd()}…`;
}

const NOUNS = { shader: "shader", desire: "desire" } as const;

export function nounOf({ kind }: Pick<Subject, "kind">): string {
  return NOUNS[kind];
}
