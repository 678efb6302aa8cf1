/** What people read for the API's values. */

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

/** The licences that a work may carry, in the order in which they are offered. */
export const LICENCES: readonly string[] = [
  "CC0-1.0",
  "CC-BY-4.0",
  "CC-BY-SA-4.0",
  "CC-BY-NC-4.0",
  "CC-BY-NC-SA-4.0",
  "CC-BY-ND-4.0",
  "CC-BY-NC-ND-4.0",
  "CC-BY-3.0",
  "CC-BY-SA-3.0",
  "CC-BY-NC-3.0",
  "CC-BY-NC-SA-3.0",
  "MIT",
  "MIT-0",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "ISC",
  "Zlib",
  "BSL-1.0",
  "Unlicense",
  "MPL-2.0",
  "GPL-3.0-only",
  "GPL-3.0-or-later",
  "AGPL-3.0-only",
  "AGPL-3.0-or-later",
  "all-rights-reserved",
];

export function licenceName(licence: string): string {
  return licence === "all-rights-reserved" ? "All rights reserved" : licence;
}

/** Whether somebody else may fork a work under this licence. */
export function mayBeForked(licence: string): boolean {
  return licence !== "all-rights-reserved" && !/-ND-/.test(licence);
}

export function count(number: number, one: string, more = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : more}`;
}
