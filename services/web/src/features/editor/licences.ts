/** Which licences a fork may carry, as docs/api/shaders.md has it. The API has the last word (`licence_obligation`). */

import type { Licence } from "../../lib/drafts/draft";
import { licenceFullName } from "../../lib/licences";
import { LICENCES } from "../../lib/words";

const FREE = new Set(["CC0-1.0", "Unlicense", "0BSD", "MIT-0"]);
/** What a share-alike work may become beside the same. */
const NEXT: Readonly<Record<string, string>> = {
  "CC-BY-SA-3.0": "CC-BY-SA-4.0",
  "CC-BY-NC-SA-3.0": "CC-BY-NC-SA-4.0",
};
const RESERVED = "all-rights-reserved";

/** Those that a work bound by `inherited` may be under; all where nothing binds it. */
export function allowedUnder(inherited: string | null): Licence[] {
  return LICENCES.filter((id): id is Licence => inherited === null || keeps(inherited, id));
}

function keeps(parent: string, fork: string): boolean {
  if (parent === RESERVED || parent.includes("-ND-")) return false;
  if (/-SA-|GPL|MPL/.test(parent)) return fork === parent || fork === NEXT[parent];
  const keepsCredit = FREE.has(parent) || !FREE.has(fork);
  const keepsPurpose = !parent.includes("-NC-") || fork.includes("-NC-") || fork === RESERVED;
  return keepsCredit && keepsPurpose;
}

export function named(licences: readonly Licence[]): { id: Licence; name: string }[] {
  return licences.map((id) => ({ id, name: licenceFullName(id) }));
}
