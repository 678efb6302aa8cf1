/** What a pasted text or a file is: Shadertoy's JSON (one shader, a list, an export of all), or GLSL. */

import { type Dialect, detectDialect } from "../../../runtime";

export interface FoundShader {
  readonly title: string;
  /** The author's name on Shadertoy; empty where the document has none. */
  readonly author: string;
  /** Of an export of this site; Shadertoy's own documents name none. */
  readonly licence: string | null;
  readonly passes: readonly string[];
  /** Kinds of input that the image pass names, such as textures. */
  readonly inputs: readonly string[];
  /** As it is sent to the API, which has the last word. */
  readonly document: Record<string, unknown>;
}

export type ParsedImport =
  | { readonly kind: "nothing" }
  | { readonly kind: "shaders"; readonly shaders: readonly FoundShader[] }
  | { readonly kind: "glsl"; readonly source: string; readonly dialect: Dialect | null }
  | { readonly kind: "unreadable"; readonly why: string };

export function parseImport(text: string): ParsedImport {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed === "") return { kind: "nothing" };
  if (!/^[{[]/.test(trimmed)) return { kind: "glsl", source: text, dialect: detectDialect(text) };
  const parsed = parse(trimmed);
  if (parsed === undefined) return { kind: "unreadable", why: "It begins like JSON, and is not complete." };
  const shaders = documents(parsed).map(describe);
  if (shaders.length === 0)
    return { kind: "unreadable", why: "It is JSON, but no Shadertoy document: it has no passes." };
  return { kind: "shaders", shaders };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Shaders have a `renderpass`; they stand alone, in `Shader`, in a list, or in the `shaders` of an export. */
function documents(value: unknown, depth = 0): Record<string, unknown>[] {
  if (depth > 3) return [];
  if (Array.isArray(value)) return value.flatMap((entry) => documents(entry, depth + 1));
  if (!isRecord(value)) return [];
  if (Array.isArray(value["renderpass"])) return [value];
  return documents(value["Shader"] ?? value["shaders"], depth + 1);
}

function describe(document: Record<string, unknown>): FoundShader {
  const info = isRecord(document["info"]) ? document["info"] : {};
  const ours = isRecord(document["fractafrag"]) ? document["fractafrag"] : {};
  const passes = (document["renderpass"] as unknown[]).filter(isRecord);
  const inputs = passes.flatMap((pass) => (Array.isArray(pass["inputs"]) ? pass["inputs"].filter(isRecord) : []));
  return {
    title: text(info["name"]) || "Untitled",
    author: text(info["username"]),
    licence: text(ours["licence"]) || null,
    passes: passes.map((pass) => text(pass["name"]) || text(pass["type"]) || "a pass without a name"),
    inputs: [...new Set(inputs.map((input) => text(input["ctype"]) || text(input["type"])).filter(Boolean))],
    document,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).trim().slice(0, 200) : "";
}
