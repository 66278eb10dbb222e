/** Run with the tools of the web app, so that nothing is installed twice: `npm run client` in ui/. */
export default {
  cacheDir: new URL("../../ui/node_modules/.vite-client", import.meta.url).pathname,
  root: import.meta.dirname ?? new URL(".", import.meta.url).pathname,
  test: { globals: true, include: ["test/**/*.test.ts"], testTimeout: 60_000, hookTimeout: 120_000 },
};
