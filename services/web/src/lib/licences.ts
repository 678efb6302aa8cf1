/** Licences by their whole name, and where their text is. */

const NAMES: Readonly<Record<string, string>> = {
  "CC0-1.0": "Creative Commons Zero 1.0 (public domain)",
  Unlicense: "The Unlicense (public domain)",
  "0BSD": "BSD Zero Clause",
  "MIT-0": "MIT No Attribution",
  MIT: "MIT License",
  ISC: "ISC License",
  Zlib: "zlib License",
  "BSL-1.0": "Boost Software License 1.0",
  "BSD-2-Clause": "BSD 2-Clause License",
  "BSD-3-Clause": "BSD 3-Clause License",
  "Apache-2.0": "Apache License 2.0",
  "CC-BY-3.0": "Creative Commons Attribution 3.0",
  "CC-BY-4.0": "Creative Commons Attribution 4.0",
  "CC-BY-SA-3.0": "Creative Commons Attribution-ShareAlike 3.0",
  "CC-BY-SA-4.0": "Creative Commons Attribution-ShareAlike 4.0",
  "CC-BY-NC-3.0": "Creative Commons Attribution-NonCommercial 3.0",
  "CC-BY-NC-4.0": "Creative Commons Attribution-NonCommercial 4.0",
  "CC-BY-NC-SA-3.0": "Creative Commons Attribution-NonCommercial-ShareAlike 3.0",
  "CC-BY-NC-SA-4.0": "Creative Commons Attribution-NonCommercial-ShareAlike 4.0",
  "CC-BY-ND-4.0": "Creative Commons Attribution-NoDerivatives 4.0",
  "CC-BY-NC-ND-4.0": "Creative Commons Attribution-NonCommercial-NoDerivatives 4.0",
  "MPL-2.0": "Mozilla Public License 2.0",
  "GPL-3.0-only": "GNU General Public License 3.0 only",
  "GPL-3.0-or-later": "GNU General Public License 3.0 or later",
  "AGPL-3.0-only": "GNU Affero General Public License 3.0 only",
  "AGPL-3.0-or-later": "GNU Affero General Public License 3.0 or later",
  "all-rights-reserved": "All rights reserved",
};

export function licenceFullName(licence: string): string {
  return NAMES[licence] ?? licence;
}

/** Null where there is no text to read. */
export function licenceAddress(licence: string): string | null {
  return licence === "all-rights-reserved" ? null : `https://spdx.org/licenses/${encodeURIComponent(licence)}.html`;
}
