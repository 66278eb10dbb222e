/** The client against a real server that this file starts, and against a network that misbehaves. */
import { readFileSync } from "node:fs";
import { firstAdmin } from "../../../ui/e2e/support/api";
import { type Desk, newDesk } from "../../../ui/e2e/support/desk";
import { Server } from "../../../ui/e2e/support/server";
import { ApiError, Handrail, StillPending, Unreachable } from "../src/index";

const PASSWORD = "long enough for the tests";
let server: Server;
let desk: Desk;
let key: string;

beforeAll(async () => {
  server = await Server.start("serve");
  const admin = await firstAdmin(server, PASSWORD);
  desk = await newDesk("claims", undefined, { url: server.url, admin, password: PASSWORD });
  ({ key } = await desk.admin.post("/v1/keys", { name: "Client", scopes: ["items.submit", "items.outcome", "items.read"] }));
});

afterAll(() => server.remove());

const client = (more: object = {}) => new Handrail({ url: server.url, key, pause: async () => {}, ...more });
const letter = { domain: "claims", task: "letter" };

/** A fetch that notes what is sent, and then does as told. */
function noting(then: (asked: number, url: string, init: RequestInit) => Promise<Response>) {
  const seen: { url: string; headers: Record<string, string>; body: unknown }[] = [];
  const fetch = async (url: unknown, init?: RequestInit) => {
    seen.push({ url: String(url), headers: init?.headers as Record<string, string>, body: init?.body });
    return then(seen.length, String(url), init ?? {});
  };
  return { seen, fetch: fetch as typeof globalThis.fetch };
}

describe("with a server", () => {
  it("gives a confident output back at once", async () => {
    const result = await client().gate("Your claim arrived on 3 October.", { ...letter, prompt: "Has my claim arrived?", confidence: 0.97 });
    expect(result).toMatchObject({ status: "released", source: "auto", text: "Your claim arrived on 3 October." });
  });

  it("waits for what a person decides", async () => {
    const hr = client();
    const pending = await hr.submit("We will pay EUR 62,400.", { ...letter, confidence: 0.2 });
    expect(pending.status).toBe("pending");
    const itemId = pending.item_id ?? "";
    await expect(hr.wait(itemId, 50)).rejects.toThrow(StillPending);

    const { client: ana } = await desk.person("Ana", "reviewer", "senior");
    const { assignments } = await ana.post("/v1/assignments/claim");
    const output = { type: "text", text: "We will pay EUR 61,900." };
    const verdict = { fence: assignments[0].fence, verdict: "edit", output, severity: "major", reason: "The deductible was missing.", active_ms: 4_000 };
    const decided = hr.wait(itemId, 50_000);
    await ana.post(`/v1/assignments/${assignments[0].assignment_id}/review`, verdict);

    expect(await decided).toMatchObject({ status: "released", source: "edited", text: output.text });
    expect(await hr.outcome(itemId)).toEqual(await decided);
  });

  it("stores an item once, however often the answer is lost", async () => {
    const lossy = noting(async (asked, url, init) => {
      const answer = await globalThis.fetch(url, init);
      if (asked < 3) throw new TypeError("the line broke");
      return answer;
    });
    const result = await client({ fetch: lossy.fetch }).submit("Sent three times, stored once.", { ...letter, confidence: 0.96 });
    const keys = new Set(lossy.seen.map(({ headers }) => headers["Idempotency-Key"]));
    expect([lossy.seen.length, keys.size]).toEqual([3, 1]);
    const found = await client().request("get", "/v1/items", { query: { limit: 200 } });
    expect(found.data.filter((one) => one.key === result.key)).toHaveLength(1);
  });

  it("names each field that is wrong, and does not try again", async () => {
    const watched = noting((_, url, init) => globalThis.fetch(url, init));
    const error = await client({ fetch: watched.fetch }).submit("x", { confidence: 2 }).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ code: "invalid", status: 422, retry: false });
    expect((error as ApiError).field("/confidence")).toMatch(/\.$/);
    expect(watched.seen).toHaveLength(1);
  });

  it("tells a key that is none, and an item that is not there", async () => {
    await expect(client({ key: `hrk_${"a".repeat(8)}_${"b".repeat(43)}` }).gate("x")).rejects.toMatchObject({ code: "unauthenticated", status: 401 });
    await expect(client().outcome("01900000-0000-7000-8000-000000000000")).rejects.toMatchObject({ code: "not_found", status: 404 });
    await expect(client().outcome("../../v1/me")).rejects.toMatchObject({ status: 404 });
  });

  it("reaches every operation with its types", async () => {
    const { item_id } = await client().submit({ type: "text", text: "Whole." }, { ...letter, confidence: 0.96, metadata: { amount: 3 } });
    const item = await client().request("get", "/v1/items/{id}", { path: { id: item_id ?? "" } });
    expect(item.submitted).toMatchObject({ output: { type: "text", text: "Whole." }, metadata: { amount: 3 } });
    await expect(client().request("get", "/v1/keys")).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("with a network that misbehaves", () => {
  const busy = { error: { code: "overloaded", message: "Too much to do.", status: 503, retry: true, fields: [], request_id: null, docs: "" } };
  const json = (status: number, body: unknown, headers = {}) => new Response(JSON.stringify(body), { status, headers });

  it("waits as long as it is asked to", async () => {
    const pauses: number[] = [];
    const server = noting(async (asked) => (asked === 1 ? json(503, busy, { "Retry-After": "2" }) : json(200, { status: "released" })));
    await client({ fetch: server.fetch, pause: async (ms: number) => void pauses.push(ms) }).outcome("x");
    expect(pauses).toHaveLength(1);
    expect(pauses[0]).toBeGreaterThanOrEqual(2_000);
  });

  it("gives up after its retries, and says under which key it asked", async () => {
    const dead = noting(async () => Promise.reject(new TypeError("refused")));
    const error = await client({ fetch: dead.fetch, retries: 2 }).submit("x").catch((one: unknown) => one);
    expect(error).toBeInstanceOf(Unreachable);
    expect(dead.seen).toHaveLength(3);
    expect((error as Unreachable).key).toBe(dead.seen[0]?.headers["Idempotency-Key"]);
  });

  it.each([
    ["a page of a proxy", new Response("<html>Bad gateway</html>", { status: 404 })],
    ["another address", new Response(null, { status: 302, headers: { Location: "https://elsewhere.invalid/" } })],
  ])("takes %s for no answer of ours, and follows nowhere", async (_, answer) => {
    const other = noting(async () => answer);
    await expect(client({ fetch: other.fetch, retries: 0 }).outcome("x")).rejects.toBeInstanceOf(Unreachable);
    expect(other.seen).toHaveLength(1);
  });

  it("asks for a key before it asks a server", () => {
    expect(() => new Handrail({ url: "http://127.0.0.1:1", key: "" })).toThrow("API key");
  });
});

it("shows an example that is checked", () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");
  const [, example] = /```ts\n([^]*?)```/.exec(read("../README.md")) ?? [];
  expect(example).toBeDefined();
  expect(read("readme.ts").split("// README.md\n").at(-1)?.trim()).toBe(example?.trim());
});
