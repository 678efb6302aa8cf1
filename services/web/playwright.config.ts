import { defineConfig } from "@playwright/test";
import { CHROMIUM } from "./tools/chromium";

// The whole site as `make run` brings it up, without the gallery, and real Chromium on the renderer's GL.
const port = process.env["FRACTAFRAG_E2E_PORT"] ?? "8790";
const running = process.env["FRACTAFRAG_SITE"];
const providerPort = process.env["FRACTAFRAG_E2E_PROVIDER_PORT"] ?? "8791";
const provider = `http://127.0.0.1:${providerPort}`;

// In the environment, so that the processes of the stories know it, too.
process.env["FRACTAFRAG_E2E_HOME"] ??= `/tmp/fractafrag-e2e-${process.pid}`;

export default defineConfig({
  testDir: "e2e",
  outputDir: "../../build/e2e-web",
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // One at a time: pictures are drawn by the processor, and two at once take more than twice as long.
  workers: 1,
  // A story that needs a second try is reported as flaky.
  retries: 1,
  forbidOnly: Boolean(process.env["CI"]),
  reporter: [["list"]],
  use: {
    baseURL: running ?? `http://localhost:${port}`,
    // Not a trace: to film every story costs the processor as much as some of them do.
    screenshot: "only-on-failure",
    launchOptions: CHROMIUM,
  },
  // FRACTAFRAG_SITE names a site that runs already; then none is started.
  ...(running === undefined && {
    webServer: [
      {
        // An OpenID provider of its own make; a story tells it who there is.
        command: `exec .venv/bin/python -W ignore -m oidc_provider_mock --port ${providerPort}`,
        cwd: "../..",
        url: `${provider}/.well-known/openid-configuration`,
        gracefulShutdown: { signal: "SIGTERM", timeout: 5_000 },
      },
      {
        command: "exec .venv/bin/python -m services.standalone",
        cwd: "../..",
        url: `http://localhost:${port}/readyz`,
        timeout: 120_000,
        gracefulShutdown: { signal: "SIGTERM", timeout: 20_000 },
        env: {
          PORT: port,
          FRACTAFRAG_HOME: process.env["FRACTAFRAG_E2E_HOME"],
          FRACTAFRAG_GALLERY: "off",
          FRACTAFRAG_LIMITS_REGISTER_ADDRESS: "1000/60",
          FRACTAFRAG_MAIL_MAILBOX: "true",
          FRACTAFRAG_SIGNIN_PROVIDERS: JSON.stringify([
            {
              name: "test",
              kind: "oidc",
              label: "Test ID",
              issuer: provider,
              client_id: "site",
              client_secret: "of it",
            },
          ]),
        },
      },
    ],
  }),
});
