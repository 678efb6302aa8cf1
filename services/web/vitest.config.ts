import tailwindcss from "@tailwindcss/vite";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { dependencies } from "./package.json";
import { CHROMIUM } from "./tools/chromium";

// Of these packages only the entries are imported.
const PACKAGES = Object.keys(dependencies).filter((name) => !/^(?:@base-ui|@fontsource)/.test(name));
const ENTRIES = [
  "@base-ui/react/dialog",
  "@base-ui/react/menu",
  "react-dom/client",
  "react/jsx-dev-runtime",
  "react/jsx-runtime",
  "vitest-browser-react",
  "zustand/vanilla",
];

export default defineConfig({
  plugins: [tailwindcss()],
  publicDir: false,
  // The examples of docs/ are tested too.
  server: { fs: { allow: [".", "../../docs"] } },
  // All at once and before the first test: a package that is found later would be bundled anew, with a second React.
  optimizeDeps: { noDiscovery: true, include: [...PACKAGES, ...ENTRIES] },
  test: {
    include: ["tests/**/*.test.{ts,tsx}"],
    fileParallelism: false,
    browser: {
      enabled: true,
      headless: true,
      ui: false,
      screenshotFailures: false,
      provider: playwright({ launchOptions: CHROMIUM }),
      instances: [{ browser: "chromium" }],
    },
  },
});
