/** What an address of the editor opens: a saved draft, a shader, a fork, a template, or the list of what is unfinished. */

import type { ParameterValues } from "../../../runtime";
import { api, ok, type Schemas } from "../../api/client";
import { newId } from "../../api/newId";
import { accessToken, useSession } from "../../api/session";
import { type Base, type Details, type Draft, isUnfinished, NO_DETAILS, newDraft } from "../../lib/drafts/draft";
import { lockDraft, lockedDrafts, TAB } from "../../lib/drafts/lock";
import { type DraftStore, draftStore } from "../../lib/drafts/store";
import { allowedUnder, type Licence } from "../../lib/licences";
import type { HasStill } from "../../lib/stills";
import { detailsOf } from "../shaders/details";
import { EditorStore } from "./editorStore";
import { templateNamed } from "./templates";

type Shader = Schemas["ShaderPublic"];

export interface EditorTarget {
  readonly shader: string | null;
  readonly draft: string | null;
  readonly fork: string | null;
  readonly template: string | null;
  readonly desire: string | null;
}

export type Opened =
  | { readonly kind: "start"; readonly drafts: readonly Draft[] }
  | { readonly kind: "failed"; readonly error: unknown; readonly drafts: readonly Draft[] }
  | {
      readonly kind: "editor";
      readonly editor: EditorStore;
      /** It was open in another tab, so this is a copy. */
      readonly copied: boolean;
      /** Unfinished drafts of the same shader. */
      readonly offered: readonly Draft[];
      /** The picture of the shader that it began with. */
      readonly still: HasStill | null;
    };

/** When aborted, it leaves no draft locked. */
export async function open(target: EditorTarget, signal: AbortSignal): Promise<Opened | null> {
  const store = await draftStore();
  // React mounts twice in development; the first of the two is aborted by now.
  if (signal.aborted) return null;
  const opened = (await openDraft(store, target.draft)) ?? (await openNew(store, target));
  if (!signal.aborted) return opened;
  if (opened.kind === "editor") opened.editor.dispose();
  return null;
}

async function openDraft(store: DraftStore, id: string | null): Promise<Opened | null> {
  if (id === null) return null;
  const release = await lockDraft(id);
  if (release === null) {
    const theirs = await store.read(id);
    return theirs && (await editorFor(store, { ...theirs, id: newId() }, { copied: true }));
  }
  const draft = await store.lock(id, TAB);
  if (draft !== null)
    return { kind: "editor", editor: new EditorStore(draft, store, release), copied: false, offered: [], still: null };
  release();
  return null;
}

async function editorFor(
  store: DraftStore,
  draft: Draft,
  more: { copied?: boolean; offered?: readonly Draft[]; still?: HasStill | null } = {},
): Promise<Opened> {
  const release = (await lockDraft(draft.id)) ?? (() => undefined);
  return {
    kind: "editor",
    editor: new EditorStore(draft, store, release),
    copied: false,
    offered: [],
    still: null,
    ...more,
  };
}

async function openNew(store: DraftStore, { shader, fork, template, desire }: EditorTarget): Promise<Opened> {
  const id = shader ?? fork;
  const drafts = await unfinished(store);
  if (id !== null) {
    const offered = drafts.filter(({ shaderId, origin }) => shaderId === id || origin?.id === id);
    try {
      const found = await fetchShader(id);
      return await editorFor(store, { ...draftOf(found, fork !== null), desire }, { offered, still: found });
    } catch (error) {
      return { kind: "failed", error, drafts: offered };
    }
  }
  if (template === null && desire === null && drafts.length > 0) return { kind: "start", drafts };
  const opened = await editorFor(store, newDraft(templateNamed(template).source, { desire }));
  if (opened.kind === "editor") void beginWithDefaults(opened.editor);
  return opened;
}

/** The account may be known only after the editor is open. */
async function beginWithDefaults(editor: EditorStore): Promise<void> {
  await accessToken().catch(() => null);
  const licence = useSession.getState().account?.default_licence;
  if (licence) editor.beginWith({ licence: licence as Licence });
}

/** The drafts that no tab has open. */
export async function unfinished(store: DraftStore): Promise<Draft[]> {
  const [drafts, open] = await Promise.all([store.list(), lockedDrafts()]);
  return drafts.filter((draft) => isUnfinished(draft) && !open.has(draft.id));
}

async function fetchShader(id: string): Promise<Shader> {
  await accessToken().catch(() => null);
  return await ok(api.GET("/api/v1/shaders/{shader_id}", { params: { path: { shader_id: id } } }));
}

function draftOf(shader: Shader, isFork: boolean): Draft {
  const isOwn = shader.author.handle === useSession.getState().account?.handle;
  return isOwn && !isFork ? draftOfOwn(shader) : draftOfFork(shader, isOwn);
}

export function draftOfOwn(shader: Shader): Draft {
  const base = baseOf(shader, shader.version, detailsOf(shader));
  return {
    ...newDraft(shader.source),
    shaderId: shader.id,
    inheritedLicence: shader.inherited_licence,
    base,
    parameterValues: base.parameterValues,
    details: base.details,
  };
}

export function draftOfFork(shader: Shader, isOwn: boolean): Draft {
  const binding = isOwn ? shader.inherited_licence : shader.licence;
  // Title, description and labels are what the forker says.
  const details = { ...NO_DETAILS, tags: shader.tags, licence: forkLicence(shader, binding) };
  const base = baseOf(shader, 0, details);
  const author = shader.author.display_name;
  return {
    ...newDraft(shader.source),
    origin: { id: shader.id, version: shader.version, title: shader.title, author, licence: binding },
    base,
    parameterValues: base.parameterValues,
    details,
  };
}

function forkLicence(shader: Shader, binding: string | null): Licence {
  const allowed = allowedUnder(binding);
  return allowed.find((id) => id === shader.licence) ?? allowed[0] ?? NO_DETAILS.licence;
}

function baseOf(shader: Shader, version: number, details: Details): Base {
  // The API has fitted them to the code's parameters.
  return { version, source: shader.source, parameterValues: shader.parameter_values as ParameterValues, details };
}
