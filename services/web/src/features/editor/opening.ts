/** What an address of the editor opens: a kept draft, a work, a fork, a template, or the list of what is unfinished. */

import type { ParameterValues } from "../../../runtime";
import { api, ok, type Schemas } from "../../api/client";
import { accessToken, useSession } from "../../api/session";
import { claim, claimed, TAB } from "../../lib/drafts/claim";
import { type Base, type Details, type Draft, isUnfinished, NO_DETAILS, newDraft } from "../../lib/drafts/draft";
import { type DraftStore, draftStore } from "../../lib/drafts/store";
import { newId } from "../../lib/ids";
import { allowedUnder, type Licence } from "../../lib/licences";
import { Desk } from "./desk";
import { templateNamed } from "./templates";

type Work = Schemas["ShaderPublic"];

export interface Wanted {
  readonly work: string | null;
  readonly draft: string | null;
  readonly fork: string | null;
  readonly template: string | null;
}

export type Opened =
  | { readonly kind: "start"; readonly drafts: readonly Draft[] }
  | { readonly kind: "failed"; readonly error: unknown; readonly drafts: readonly Draft[] }
  | {
      readonly kind: "desk";
      readonly desk: Desk;
      /** It was open in another tab, so this is a copy. */
      readonly copied: boolean;
      /** Unfinished drafts of the same work. */
      readonly offered: readonly Draft[];
      /** The picture of the work that it began with. */
      readonly still: string | null;
    };

/** Aborted, it leaves nothing claimed. */
export async function open(wanted: Wanted, signal: AbortSignal): Promise<Opened | null> {
  const store = await draftStore();
  // React mounts twice in development; the first of the two is aborted by now.
  if (signal.aborted) return null;
  const opened = (await openDraft(store, wanted.draft)) ?? (await openNew(store, wanted));
  if (!signal.aborted) return opened;
  if (opened.kind === "desk") opened.desk.dispose();
  return null;
}

async function openDraft(store: DraftStore, id: string | null): Promise<Opened | null> {
  if (id === null) return null;
  const release = await claim(id);
  if (release === null) {
    const theirs = await store.read(id);
    return theirs && (await deskFor(store, { ...theirs, id: newId() }, { copied: true }));
  }
  const draft = await store.take(id, TAB);
  if (draft !== null)
    return { kind: "desk", desk: new Desk(draft, store, release), copied: false, offered: [], still: null };
  release();
  return null;
}

async function deskFor(
  store: DraftStore,
  draft: Draft,
  more: { copied?: boolean; offered?: readonly Draft[]; still?: string | null } = {},
): Promise<Opened> {
  const release = (await claim(draft.id)) ?? (() => undefined);
  return { kind: "desk", desk: new Desk(draft, store, release), copied: false, offered: [], still: null, ...more };
}

async function openNew(store: DraftStore, { work, fork, template }: Wanted): Promise<Opened> {
  const id = work ?? fork;
  const drafts = await unfinished(store);
  if (id !== null) {
    const offered = drafts.filter(({ workId, origin }) => workId === id || origin?.id === id);
    try {
      const found = await workOf(id);
      return await deskFor(store, draftOf(found, fork !== null), { offered, still: found.still_url });
    } catch (error) {
      return { kind: "failed", error, drafts: offered };
    }
  }
  if (template === null && drafts.length > 0) return { kind: "start", drafts };
  return await deskFor(store, newDraft(templateNamed(template).source));
}

/** The drafts that no tab has open. */
export async function unfinished(store: DraftStore): Promise<Draft[]> {
  const [drafts, open] = await Promise.all([store.list(), claimed()]);
  return drafts.filter((draft) => isUnfinished(draft) && !open.has(draft.id));
}

async function workOf(id: string): Promise<Work> {
  await accessToken().catch(() => null);
  return await ok(api.GET("/api/v1/shaders/{shader_id}", { params: { path: { shader_id: id } } }));
}

function draftOf(work: Work, isFork: boolean): Draft {
  const isOwn = work.author.handle === useSession.getState().account?.handle;
  return isOwn && !isFork ? draftOfOwn(work) : draftOfFork(work, isOwn);
}

export function draftOfOwn(work: Work): Draft {
  const base = baseOf(work, work.version, detailsOf(work));
  return {
    ...newDraft(work.source),
    workId: work.id,
    inheritedLicence: work.inherited_licence,
    base,
    parameterValues: base.parameterValues,
    details: base.details,
  };
}

export function draftOfFork(work: Work, isOwn: boolean): Draft {
  const binding = isOwn ? work.inherited_licence : work.licence;
  const details = {
    ...detailsOf(work),
    licence: forkLicence(work, binding),
    visibility: NO_DETAILS.visibility,
    stillTime: null,
  };
  const base = baseOf(work, 0, details);
  const author = work.author.display_name;
  return {
    ...newDraft(work.source),
    origin: { id: work.id, version: work.version, title: work.title, author, licence: binding },
    base,
    parameterValues: base.parameterValues,
    details,
  };
}

function forkLicence(work: Work, binding: string | null): Licence {
  const allowed = allowedUnder(binding);
  return allowed.find((id) => id === work.licence) ?? allowed[0] ?? NO_DETAILS.licence;
}

function detailsOf(work: Work): Details {
  return {
    title: work.title,
    description: work.description,
    tags: work.tags,
    licence: work.licence as Licence,
    aiLabel: work.ai_label,
    visibility: work.visibility,
    stillTime: work.still_time,
  };
}

function baseOf(work: Work, version: number, details: Details): Base {
  // The API has fitted them to the code's parameters.
  return { version, source: work.source, parameterValues: work.parameter_values as ParameterValues, details };
}
