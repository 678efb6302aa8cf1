import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// The site. The web process reads the manifest and writes the documents itself; index.html is only for `npm run dev`.
const api = process.env["FRACTAFRAG_SITE"] ?? "http://localhost:8000";

export default defineConfig({
  plugins: [react(), tailwindcss()],
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
