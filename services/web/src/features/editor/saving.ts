/**
 * Sends a draft to the server: as a new shader, as a fork, or as a version of one's own shader. The outcome is a value;
 * nothing here throws or changes the draft.
 */

import { api, idempotencyKey, ok } from "../../api/client";
import { ApiError } from "../../api/problem";
import { accessToken } from "../../api/session";
import {
  type Draft,
  hasNewCode,
  hasNewDetails,
  type OpenMerge,
  savedAs,
  type Visibility,
} from "../../lib/drafts/draft";
import { detailsBody } from "../shaders/details";
import { mergeTexts } from "./merge/merge";

export type Outcome =
  | { readonly kind: "saved"; readonly draft: Draft }
  /** A newer version exists. */
  | { readonly kind: "stale"; readonly merge: OpenMerge }
  | { readonly kind: "signed-out" }
  | { readonly kind: "rejected"; readonly error: unknown };

/** Saves it on the server without making it visible to others. */
export function save(draft: Draft): Promise<Outcome> {
  return attempt(draft, () => send(draft, draft.shaderId === null ? "draft" : null));
}

/** Saves it on the server with the visibility of its details; with all its versions, or those that others see anyway. */
export function publish(draft: Draft, allVersions = false): Promise<Outcome> {
  return attempt(draft, () => send(draft, draft.details.visibility, allVersions));
}

async function attempt(draft: Draft, sending: () => Promise<Draft>): Promise<Outcome> {
  try {
    if ((await accessToken()) === null) return { kind: "signed-out" };
    return { kind: "saved", draft: await sending() };
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return { kind: "signed-out" };
    const merge = error instanceof ApiError ? mergeOf(draft, error) : null;
    return merge === null ? { kind: "rejected", error } : { kind: "stale", merge };
  }
}

async function send(draft: Draft, visibility: Visibility | null, allVersions = false): Promise<Draft> {
  if (draft.shaderId !== null) return await update(draft, draft.shaderId, visibility, allVersions);
  const made = draft.origin === null ? await create(draft, visibility) : await fork(draft, draft.origin.id, visibility);
  const saved = savedAs(draft, { shaderId: made.id, version: made.version, sent: draft });
  return { ...saved, inheritedLicence: made.inherited_licence };
}

async function create(draft: Draft, visibility: Visibility | null) {
  const { source, parameterValues, details } = draft;
  const body = {
    ...detailsBody(draft.details),
    source,
    parameter_values: { ...parameterValues },
    still_time: details.stillTime,
    visibility: visibility ?? "draft",
  };
  const header = await stableIdempotencyKey(draft, body);
  return await ok(api.POST("/api/v1/shaders", { body, params: { header } }));
}

async function fork(draft: Draft, parent: string, visibility: Visibility | null) {
  const { source, parameterValues, origin, details } = draft;
  const body = {
    ...detailsBody(draft.details),
    source,
    parameter_values: { ...parameterValues },
    version: origin?.version ?? null,
    visibility: visibility ?? "draft",
  };
  const header = await stableIdempotencyKey(draft, body);
  const path = { shader_id: parent };
  const made = await ok(api.POST("/api/v1/shaders/{shader_id}/forks", { body, params: { path, header } }));
  // The API copies the still's second from the parent; another one is set afterwards.
  if (details.stillTime === null) return made;
  const change = { still_time: details.stillTime };
  return await ok(api.PATCH("/api/v1/shaders/{shader_id}", { body: change, params: { path: { shader_id: made.id } } }));
}

async function update(draft: Draft, id: string, visibility: Visibility | null, allVersions: boolean): Promise<Draft> {
  const path = { shader_id: id };
  const { source, parameterValues, base } = draft;
  let { version } = base;
  if (hasNewCode(draft)) {
    const body = { source, parameter_values: { ...parameterValues }, based_on: version, note: "" };
    const header = await stableIdempotencyKey(draft, body);
    version = (await ok(api.POST("/api/v1/shaders/{shader_id}/versions", { body, params: { path, header } }))).version;
  }
  if (hasNewDetails(draft) || visibility !== null) {
    const body = {
      ...detailsBody(draft.details),
      still_time: draft.details.stillTime,
      ...(visibility && { visibility }),
      ...(allVersions && { public_from: 1 }),
    };
    await ok(api.PATCH("/api/v1/shaders/{shader_id}", { body, params: { path } }));
  }
  return savedAs(draft, { shaderId: id, version, sent: draft });
}

/** A key derived from the request, so that a repeated one after a lost response makes nothing twice. */
async function stableIdempotencyKey(draft: Draft, body: unknown): Promise<{ "Idempotency-Key": string }> {
  const text = new TextEncoder().encode(draft.id + JSON.stringify(body));
  // crypto.subtle is missing on plain http; there a repeated request may make something twice.
  if (!("subtle" in crypto)) return idempotencyKey();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return { "Idempotency-Key": [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
}

/** The three sides of an edit that was rejected as stale, merged as far as they do not conflict. */
export function mergeOf(draft: Draft, error: ApiError): OpenMerge | null {
  const [theirs, base] = [side(error.problem["current"]), side(error.problem["base"])];
  if (error.code !== "stale_version" || theirs === null || base === null) return null;
  const mine = draft.source;
  return { mine, theirs, base, result: mergeTexts(mine, base.source, theirs.source) };
}

function side(value: unknown): { version: number; source: string } | null {
  if (typeof value !== "object" || value === null) return null;
  const { version, source } = value as { version?: unknown; source?: unknown };
  return typeof version === "number" && typeof source === "string" ? { version, source } : null;
}

/** The draft after its merge is done: the author's text on top of the newest version. */
export function merged(draft: Draft, merge: OpenMerge): Draft {
  const base = { ...draft.base, version: merge.theirs.version, source: merge.theirs.source };
  return { ...draft, base, source: merge.result, merge: null };
}
