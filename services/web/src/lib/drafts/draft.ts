/** The draft of a shader, and pure functions of it. */

import type { ParameterValues } from "../../../runtime";
import type { Schemas } from "../../api/client";
import { newId } from "../../api/newId";
import type { Licence } from "../licences";
import { type Chosen, INITIAL_CHOICES } from "../shaderChoices";

export type Visibility = Schemas["Visibility"];

/** A shader's metadata, as the forms have it. */
export interface Details extends Chosen {
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly licence: Licence;
  /** The second of the thumbnail; null lets the renderer choose. */
  readonly stillTime: number | null;
}

/** What the draft began with. Version 0 is on no server: a template, or somebody else's text before it is forked. */
export interface Base {
  readonly version: number;
  readonly source: string;
  readonly parameterValues: ParameterValues;
  readonly details: Details;
}

/** Somebody else's shader and version that the draft becomes a fork of. */
export interface Origin {
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly author: string;
  /** The licence that the fork has to respect; null where it may choose freely. */
  readonly licence: string | null;
}

/** A merge that is not finished; `result` holds what is decided so far. */
export interface OpenMerge {
  readonly mine: string;
  readonly theirs: { readonly version: number; readonly source: string };
  readonly base: { readonly version: number; readonly source: string };
  readonly result: string;
}

export interface Draft {
  readonly id: string;
  /** The shader on the server, once there is one; it is then the author's own. */
  readonly shaderId: string | null;
  readonly origin: Origin | null;
  /** What others' licences ask of the shader on the server. */
  readonly inheritedLicence: string | null;
  readonly base: Base;
  readonly source: string;
  readonly parameterValues: ParameterValues;
  readonly details: Details;
  readonly merge: OpenMerge | null;
  /** The desire that it is to answer once it is published. */
  readonly desire?: string | null;
  readonly updatedAt: number;
  /** The load of a page that wrote it last. */
  readonly tab: string;
}

export const NO_DETAILS: Details = {
  title: "",
  description: "",
  tags: [],
  licence: "CC-BY-4.0",
  ...INITIAL_CHOICES,
  stillTime: null,
};

export function newDraft(source: string, over: Partial<Draft> = {}): Draft {
  const details = over.details ?? NO_DETAILS;
  return {
    id: newId(),
    shaderId: null,
    origin: null,
    inheritedLicence: null,
    base: { version: 0, source, parameterValues: over.parameterValues ?? {}, details },
    source,
    parameterValues: {},
    details,
    merge: null,
    updatedAt: 0,
    tab: "",
    ...over,
  };
}

/** Whether code or slider values differ from those it began with: what a new version would hold. */
export function hasNewCode(draft: Draft): boolean {
  return draft.source !== draft.base.source || !same(draft.parameterValues, draft.base.parameterValues);
}

export function hasNewDetails(draft: Draft): boolean {
  return !same(draft.details, draft.base.details);
}

/** Whether anything would be lost with it. */
export function isUnfinished(draft: Draft): boolean {
  return draft.merge !== null || hasNewCode(draft) || hasNewDetails(draft);
}

/** The draft after the server took `source` and the rest as `version` of the shader. */
export function savedAs(draft: Draft, saved: { shaderId: string; version: number; sent: Draft }): Draft {
  const { shaderId, version, sent } = saved;
  const { source, parameterValues, details } = sent;
  return { ...draft, shaderId, origin: null, merge: null, base: { version, source, parameterValues, details } };
}

/** A name for lists: the title, else the first comment or line of code that says something. */
export function nameOf(draft: Draft): string {
  const title = draft.details.title.trim();
  if (title !== "") return title;
  const lines = draft.source.split("\n").map((line) => line.replace(/^[\s/*#]+/, "").slice(0, 60));
  const first = lines.find(
    (line) => /\p{L}{3}/u.test(line) && !/^(version|ifdef|precision|uniform|extension)\b/.test(line),
  );
  return first === undefined ? "Untitled" : first.replace(/[\s/*]+$/, "");
}

export function newestFirst(drafts: readonly Draft[]): Draft[] {
  return [...drafts].sort((a, b) => b.updatedAt - a.updatedAt);
}

/** Equality of plain data, whatever the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([x], [y]) => (x < y ? -1 : 1)))
      : inner,
  );
}
