import tailwindcss from "@tailwindcss/vite";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { CHROMIUM } from "./tools/chromium";

export default defineConfig({
  plugins: [tailwindcss()],
  publicDir: false,
  // The examples of docs/ are tested too.
  server: { fs: { allow: [".", "../../docs"] } },
  // A package that is found only while tests run would be bundled anew, with a second React.
  optimizeDeps: { entries: ["src/main.tsx", "tests/**/*.test.{ts,tsx}"], include: ["react", "react-dom/client"] },
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
