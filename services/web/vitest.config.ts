import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

// The tests run in a real Chromium on the same GL as the renderer: Mesa's llvmpipe under ANGLE where there is no GPU.
const chromium = process.env["FRACTAFRAG_CHROMIUM"] ?? "/usr/lib/chromium/chromium";
const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];

export default defineConfig({
  publicDir: false,
  // The examples of docs/ are tested too.
  server: { fs: { allow: [".", "../../docs"] } },
  test: {
    include: ["tests/**/*.test.ts"],
    fileParallelism: false,
    browser: {
      enabled: true,
      headless: true,
      ui: false,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: {
          executablePath: chromium,
          args: [
            "--use-gl=angle",
            "--use-angle=gl-egl",
            "--ignore-gpu-blocklist",
            "--disable-gpu-process-crash-limit",
            ...sandbox,
          ],
        },
      }),
      instances: [{ browser: "chromium" }],
    },
  },
});
