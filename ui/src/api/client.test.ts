import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api, bodyOf, headersFor, newKey, once } from "./client";
import { onSessionEnded, setCsrfToken, setProject } from "./context";
import { ApiError, Unreachable } from "./errors";

beforeEach(() => {
  setCsrfToken("csrf");
  setProject("claims");
});
afterEach(() => {
  setCsrfToken(null);
  setProject(null);
  vi.unstubAllGlobals();
});

it.each([
  ["GET", "/v1/queues", { "Handrail-Project": "claims" }],
  ["POST", "/v1/assignments/claim", { "Handrail-Project": "claims", "X-CSRF-Token": "csrf" }],
  ["PATCH", "/v1/me", { "X-CSRF-Token": "csrf" }],
  ["GET", "/v1/projects", {}],
  ["POST", "/v1/people/accept", { "X-CSRF-Token": "csrf" }],
  ["POST", "/v1/people", { "Handrail-Project": "claims", "X-CSRF-Token": "csrf" }],
  ["GET", "/v1/health", {}],
])("%s %s carries %j", (method, path, headers) => expect(headersFor(method, path)).toEqual(headers));

it("sends key, project and token with a change", async () => {
  let sent: Request | null = null;
  vi.stubGlobal("fetch", async (request: Request) => {
    sent = request;
    return new Response("{}", { headers: { "Content-Type": "application/json" } });
  });
  await bodyOf(api.POST("/v1/assignments/claim", { body: { limit: 1 }, headers: once("k1") }));
  const headers = (sent as Request | null)?.headers;
  expect([headers?.get("Idempotency-Key"), headers?.get("Handrail-Project"), headers?.get("X-CSRF-Token")]).toEqual(["k1", "claims", "csrf"]);
});

it("throws what the server says, with its fields", async () => {
  const error = { code: "invalid", message: "No.", status: 422, retry: false, fields: [{ path: "/email", code: "taken", message: "Taken." }], request_id: "r", docs: "" };
  vi.stubGlobal("fetch", async () => new Response(JSON.stringify({ error }), { status: 422 }));
  const thrown = await bodyOf(api.GET("/v1/queues")).catch((one: unknown) => one);
  expect(thrown).toBeInstanceOf(ApiError);
  expect((thrown as ApiError).field("/email")).toBe("Taken.");
});

it("makes an error of an answer that some proxy gave", async () => {
  vi.stubGlobal("fetch", async () => new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "Content-Type": "text/html" } }));
  const thrown = await bodyOf(api.GET("/v1/queues")).catch((one: unknown) => one);
  expect(thrown).toMatchObject({ status: 502, retry: true, code: "unreadable_answer" });
});

it("tells a lost line from a refusal", async () => {
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("Failed to fetch")));
  await expect(bodyOf(api.GET("/v1/queues"))).rejects.toBeInstanceOf(Unreachable);
});

it("tells when the session ended, but not when a password was wrong", async () => {
  vi.stubGlobal("fetch", async () => new Response("{}", { status: 401 }));
  const ended = vi.fn();
  const stop = onSessionEnded(ended);
  await bodyOf(api.POST("/v1/sessions", { body: { email: "a", password: "b" }, headers: once("k") })).catch(() => undefined);
  expect(ended).not.toHaveBeenCalled();
  await bodyOf(api.GET("/v1/queues")).catch(() => undefined);
  expect(ended).toHaveBeenCalledOnce();
  stop();
});

it("makes keys that differ", () => expect(new Set(Array.from({ length: 500 }, newKey)).size).toBe(500));
