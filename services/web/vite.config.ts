import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

// The site. The web process reads the manifest and writes the documents itself; index.html is only for `npm run dev`.
const api = process.env["FRACTAFRAG_SITE"] ?? "http://localhost:8000";

async function pack(path: string): Promise<void> {
  const content = await readFile(path);
  if (content.length < 1000) return;
  await writeFile(`${path}.br`, await promisify(brotliCompress)(content));
  await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
}

/** Puts NAME.br and NAME.gz beside each text file that is worth it; the web process hands them out. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    async writeBundle({ dir = "dist/site" }) {
      const names = await readdir(dir, { recursive: true });
      await Promise.all(names.filter((name) => /\.(?:js|css|svg)$/.test(name)).map((name) => pack(join(dir, name))));
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), packed()],
  server: {
    proxy: Object.fromEntries(["/api", "/renders", "/oembed", "/mcp"].map((path) => [path, { target: api }])),
  },
  build: {
    outDir: "dist/site",
    emptyOutDir: true,
    target: "es2022",
    manifest: true,
    // Nothing inline: the policy of the pages allows files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { site: "src/main.tsx", embed: "src/embed/main.ts" } },
  },
});
