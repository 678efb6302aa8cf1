import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { CHROMIUM } from "./tools/chromium";

export default defineConfig({
  publicDir: false,
  // The examples of docs/ are tested too.
  server: { fs: { allow: [".", "../../docs"] } },
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
