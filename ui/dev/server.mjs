// Serves the built app as the real server does (same security headers, a nonce per answer), with the invented /v1.
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const STATIC = process.env.STATIC ?? fileURLToPath(new URL("../../src/handrail/web/static/", import.meta.url));
const TYPES = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

const { module } = await runnerImport(fileURLToPath(new URL("./invented-server.ts", import.meta.url)));
const answerApi = module.createInventedServer();

const policy = (nonce) =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join("; ");

async function answerPage(response) {
  const nonce = randomBytes(16).toString("base64url");
  const page = await readFile(join(STATIC, "index.html"), "utf8").catch(() => "The web app is not built: npm run build");
  response.writeHead(200, {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": policy(nonce),
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(page.replaceAll("__HANDRAIL_NONCE__", nonce));
}

async function answerFile(path, response) {
  const file = join(STATIC, normalize(path));
  if (!file.startsWith(STATIC) || !/\.(css|js|svg|woff2)$/.test(file)) return false;
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return false;
  response.writeHead(200, { "Content-Type": TYPES[extname(file)], "Cache-Control": "public, max-age=31536000, immutable" });
  response.end(bytes);
  return true;
}

const server = createServer((request, response) => {
  void answerApi(request, response, async () => {
    const path = new URL(request.url ?? "/", "http://127.0.0.1").pathname;
    if (await answerFile(path, response)) return;
    if (path.startsWith("/assets/")) response.writeHead(404).end();
    else await answerPage(response);
  });
});

const port = Number(process.env.PORT ?? 8402);
server.listen(port, "127.0.0.1", () => console.log(`ready: http://127.0.0.1:${port}`));
