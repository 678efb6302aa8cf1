/** The licences of shaders: names, addresses of their texts, and what they allow a fork. */

import type { Schemas } from "../api/client";

export type Licence = NonNullable<Schemas["ShaderCreate"]["licence"]>;

/** In the order of the forms. */
const NAMES: Readonly<Record<Licence, string>> = {
  "CC0-1.0": "Creative Commons Zero 1.0 (public domain)",
  "CC-BY-4.0": "Creative Commons Attribution 4.0",
  "CC-BY-SA-4.0": "Creative Commons Attribution-ShareAlike 4.0",
  "CC-BY-NC-4.0": "Creative Commons Attribution-NonCommercial 4.0",
  "CC-BY-NC-SA-4.0": "Creative Commons Attribution-NonCommercial-ShareAlike 4.0",
  "CC-BY-ND-4.0": "Creative Commons Attribution-NoDerivatives 4.0",
  "CC-BY-NC-ND-4.0": "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0",
  "CC-BY-3.0": "Creative Commons Attribution 3.0",
  "CC-BY-SA-3.0": "Creative Commons Attribution-ShareAlike 3.0",
  "CC-BY-NC-3.0": "Creative Commons Attribution-NonCommercial 3.0",
  "CC-BY-NC-SA-3.0": "Creative Commons Attribution-NonCommercial-ShareAlike 3.0",
  MIT: "MIT License",
  "MIT-0": "MIT No Attribution",
  "Apache-2.0": "Apache License 2.0",
  "BSD-2-Clause": "BSD 2-Clause License",
  "BSD-3-Clause": "BSD 3-Clause License",
  "0BSD": "BSD Zero Clause",
  ISC: "ISC License",
  Zlib: "zlib License",
  "BSL-1.0": "Boost Software License 1.0",
  Unlicense: "The Unlicense (public domain)",
  "MPL-2.0": "Mozilla Public License 2.0",
  "GPL-3.0-only": "GNU General Public License 3.0 only",
  "GPL-3.0-or-later": "GNU General Public License 3.0 or later",
  "AGPL-3.0-only": "GNU Affero General Public License 3.0 only",
  "AGPL-3.0-or-later": "GNU Affero General Public License 3.0 or later",
  "all-rights-reserved": "All rights reserved",
};

const RESERVED = "all-rights-reserved";
export const LICENCES = Object.keys(NAMES) as readonly Licence[];
/** The short names. */
export const LICENCE_LABELS = Object.fromEntries(LICENCES.map((id) => [id, licenceName(id)])) as Record<
  Licence,
  string
>;
const FREE = new Set(["CC0-1.0", "Unlicense", "0BSD", "MIT-0"]);
/** Later versions that a share-alike licence allows a fork. */
const NEXT: Readonly<Record<string, string>> = {
  "CC-BY-SA-3.0": "CC-BY-SA-4.0",
  "CC-BY-NC-SA-3.0": "CC-BY-NC-SA-4.0",
};

/** Short, for a line with other facts. */
export function licenceName(licence: string): string {
  return licence === RESERVED ? NAMES[RESERVED] : licence;
}

export function licenceFullName(licence: string): string {
  return (NAMES as Readonly<Record<string, string>>)[licence] ?? licence;
}

/** Null where there is no text to read. */
export function licenceAddress(licence: string): string | null {
  return licence === RESERVED ? null : `https://spdx.org/licenses/${encodeURIComponent(licence)}.html`;
}

/** Whether somebody else may fork a shader under this licence. */
export function mayBeForked(licence: string): boolean {
  return licence !== RESERVED && !licence.includes("-ND-");
}

/**
 * The licences that a shader bound by `inherited` may carry; all where it is null. The rules are in
 * docs/api/shaders.md; the vectors of runtime/vectors/licences.json test them here and in the API.
 */
export function allowedUnder(inherited: string | null): Licence[] {
  return LICENCES.filter((id) => inherited === null || keeps(inherited, id));
}

function keeps(parent: string, fork: string): boolean {
  if (!mayBeForked(parent)) return false;
  if (/-SA-|GPL|MPL/.test(parent)) return fork === parent || fork === NEXT[parent];
  const keepsCredit = FREE.has(parent) || !FREE.has(fork);
  const keepsPurpose = !parent.includes("-NC-") || fork.includes("-NC-") || fork === RESERVED;
  return keepsCredit && keepsPurpose;
}
