/** The labels of the API's enumerations. */

import type { components } from "../api/schema";

type Schemas = components["schemas"];

export const AI_LABELS: Record<Schemas["AiLabel"], string> = {
  human: "By hand",
  "ai-assisted": "AI-assisted",
  "ai-generated": "AI-generated",
};

export const DIALECTS: Record<Schemas["Dialect"], string> = {
  shadertoy: "Shadertoy",
  "glsl-sandbox": "GLSL Sandbox",
  "book-of-shaders": "Book of Shaders",
  es100: "GLSL ES 1.00",
  es300: "GLSL ES 3.00",
};

export const VISIBILITIES: Record<Schemas["Visibility"], string> = {
  public: "Public: in the gallery, for everybody",
  unlisted: "Unlisted: for who has the address",
  private: "Private: for you only",
  draft: "Draft: for you only, not finished",
};

/** A record as the options of a choice, in its order. */
export function optionsOf<T extends string>(labels: Readonly<Record<T, string>>): [T, string][] {
  return Object.entries(labels) as [T, string][];
}

export function count(number: number, one: string, more = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : more}`;
}
