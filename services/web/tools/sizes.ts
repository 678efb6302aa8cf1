/** How many KB of script, gzip, the pages of the last build need. */

import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const FOLDER = "dist/site";

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
}

type Manifest = Readonly<Record<string, Chunk>>;

/** The names of a chunk and of what it imports at once. */
function needed(manifest: Manifest, name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const other of manifest[name]?.imports ?? []) needed(manifest, other, seen);
  return seen;
}

async function kilobytes(manifest: Manifest, names: Iterable<string>): Promise<number> {
  let sum = 0;
  for (const name of names) {
    const file = manifest[name]?.file;
    if (file === undefined) throw new Error(`${name} is in no build; run make install`);
    sum += gzipSync(await readFile(`${FOLDER}/${file}`), { level: 9 }).length;
  }
  return sum / 1000;
}

export async function scriptSizes(): Promise<{ feed: number; editor: number; embed: number }> {
  const manifest: Manifest = JSON.parse(await readFile(`${FOLDER}/.vite/manifest.json`, "utf8"));
  const feed = needed(manifest, "src/main.tsx");
  const editor = [...needed(manifest, "src/features/editor/EditorPage.tsx")].filter((name) => !feed.has(name));
  return {
    feed: await kilobytes(manifest, feed),
    editor: await kilobytes(manifest, editor),
    embed: await kilobytes(manifest, needed(manifest, "src/embed/main.ts")),
  };
}

/** The baseline: React and its DOM, with nothing to show. */
export async function reactAlone(): Promise<number> {
  const name = "virtual:react-alone";
  const code = `import { createRoot } from "react-dom/client"; createRoot(document.body).render(null);`;
  const built = await build({
    configFile: false,
    logLevel: "silent",
    build: { write: false, rolldownOptions: { input: name }, modulePreload: { polyfill: false } },
    plugins: [
      {
        name: "react-alone",
        resolveId: (id) => (id === name ? `${process.cwd()}/react-alone.js` : null),
        load: (id) => (id.endsWith("/react-alone.js") ? code : null),
      },
    ],
  });
  const [bundle] = Array.isArray(built) ? built : [built];
  if (bundle === undefined || !("output" in bundle)) throw new Error("the baseline was not built");
  return gzipSync(bundle.output[0].code, { level: 9 }).length / 1000;
}
