/** The licences by name, and which of them a fork may carry. The API has the last word (`licence_obligation`). */

import type { Licence } from "../../lib/drafts/draft";

interface Terms {
  readonly id: Licence;
  readonly name: string;
  readonly asksCredit: boolean;
  readonly nonCommercial: boolean;
  readonly shareAlike: boolean;
  readonly derivatives: boolean;
  /** What a fork of a share-alike work may carry beside the same licence. */
  readonly next?: Licence;
}

type Mark = "free" | "nc" | "sa" | "nd";

function terms(id: Licence, name: string, marks: readonly Mark[] = [], next?: Licence): Terms {
  return {
    id,
    name,
    asksCredit: !marks.includes("free"),
    nonCommercial: marks.includes("nc"),
    shareAlike: marks.includes("sa"),
    derivatives: !marks.includes("nd"),
    ...(next !== undefined && { next }),
  };
}

export const LICENCES: readonly Terms[] = [
  terms("CC-BY-4.0", "Creative Commons Attribution 4.0"),
  terms("CC-BY-SA-4.0", "Creative Commons Attribution Share Alike 4.0", ["sa"]),
  terms("CC-BY-NC-4.0", "Creative Commons Attribution Non Commercial 4.0", ["nc"]),
  terms("CC-BY-NC-SA-4.0", "Creative Commons Attribution Non Commercial Share Alike 4.0", ["nc", "sa"]),
  terms("CC-BY-ND-4.0", "Creative Commons Attribution No Derivatives 4.0", ["nd"]),
  terms("CC-BY-NC-ND-4.0", "Creative Commons Attribution Non Commercial No Derivatives 4.0", ["nc", "nd"]),
  terms("CC0-1.0", "Creative Commons Zero 1.0: no rights reserved", ["free"]),
  terms("all-rights-reserved", "All rights reserved", ["nc", "nd"]),
  terms("MIT", "MIT"),
  terms("MIT-0", "MIT No Attribution", ["free"]),
  terms("Apache-2.0", "Apache 2.0"),
  terms("BSD-2-Clause", "BSD 2-Clause"),
  terms("BSD-3-Clause", "BSD 3-Clause"),
  terms("0BSD", "BSD Zero Clause", ["free"]),
  terms("ISC", "ISC"),
  terms("Zlib", "zlib"),
  terms("BSL-1.0", "Boost Software License 1.0"),
  terms("Unlicense", "The Unlicense", ["free"]),
  terms("MPL-2.0", "Mozilla Public License 2.0", ["sa"]),
  terms("GPL-3.0-only", "GNU GPL 3.0 only", ["sa"]),
  terms("GPL-3.0-or-later", "GNU GPL 3.0 or later", ["sa"]),
  terms("AGPL-3.0-only", "GNU AGPL 3.0 only", ["sa"]),
  terms("AGPL-3.0-or-later", "GNU AGPL 3.0 or later", ["sa"]),
  terms("CC-BY-3.0", "Creative Commons Attribution 3.0"),
  terms("CC-BY-SA-3.0", "Creative Commons Attribution Share Alike 3.0", ["sa"], "CC-BY-SA-4.0"),
  terms("CC-BY-NC-3.0", "Creative Commons Attribution Non Commercial 3.0", ["nc"]),
  terms(
    "CC-BY-NC-SA-3.0",
    "Creative Commons Attribution Non Commercial Share Alike 3.0",
    ["nc", "sa"],
    "CC-BY-NC-SA-4.0",
  ),
];

/** Those that a work bound by `inherited` may be under; all where nothing binds it. */
export function allowedUnder(inherited: string | null): readonly Terms[] {
  const parent = LICENCES.find(({ id }) => id === inherited);
  if (parent === undefined) return LICENCES;
  if (!parent.derivatives) return [];
  if (parent.shareAlike) return LICENCES.filter(({ id }) => id === parent.id || id === parent.next);
  return LICENCES.filter(
    ({ asksCredit, nonCommercial }) => (asksCredit || !parent.asksCredit) && (nonCommercial || !parent.nonCommercial),
  );
}
