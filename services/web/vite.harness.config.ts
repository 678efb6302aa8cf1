import { defineConfig } from "vite";

// The page that the renderer drives: one HTML file and one external script, so that it works under
// `default-src 'none'; script-src 'self'; connect-src 'self'`.
export default defineConfig({
  root: new URL("harness", import.meta.url).pathname,
  base: "./",
  publicDir: false,
  build: {
    outDir: new URL("dist/harness", import.meta.url).pathname,
    emptyOutDir: true,
    target: "es2022",
    modulePreload: false,
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: { entryFileNames: "harness.js", codeSplitting: false },
    },
  },
});
