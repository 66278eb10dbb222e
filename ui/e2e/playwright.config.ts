import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";

/**
 * Journeys in a real browser against real servers. CHROMIUM names the browser, HANDRAIL the command that is tested.
 * Each file works in a project of its own, so that files run beside each other and tests of one file in their order.
 */
export default defineConfig({
  testDir: ".",
  globalSetup: fileURLToPath(new URL("./support/global-setup.ts", import.meta.url)),
  outputDir: "../test-results",
  workers: 2,
  forbidOnly: process.env["CI"] !== undefined,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    actionTimeout: 15_000,
    navigationTimeout: 20_000,
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
    screenshot: "only-on-failure",
    trace: "off",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      // Nothing of the browser itself may go out: a request to another host is then the page's, and a failure.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-quic",
      ],
    },
  },
});
