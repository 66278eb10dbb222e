/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const serverAddress = process.env.HANDRAIL_URL;

/** Answers /v1 with the invented world of dev/world.ts, unless HANDRAIL_URL names a real server. */
function inventedServer(): Plugin {
  return {
    name: "handrail-invented-server",
    apply: "serve",
    async configureServer(vite) {
      if (serverAddress !== undefined || process.env.VITEST !== undefined) return;
      const { createInventedServer } = await import("./dev/invented-server.ts");
      vite.middlewares.use(createInventedServer());
    },
  };
}

export default defineConfig({
  plugins: [react(), inventedServer()],
  resolve: { alias: { "@": here("./src") } },
  server: {
    host: "127.0.0.1",
    port: 8401,
    proxy: serverAddress === undefined ? {} : { "/v1": { target: serverAddress, changeOrigin: true } },
  },
  build: {
    outDir: "../src/handrail/web/static",
    emptyOutDir: true,
    manifest: true,
    sourcemap: false,
    target: "es2022",
    // A font inlined as data: would be refused by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}", "tools/**/*.test.ts"],
    setupFiles: ["./src/testing/setup.ts"],
    css: { modules: { classNameStrategy: "non-scoped" } },
    restoreMocks: true,
    testTimeout: 15_000,
  },
});
