import { HandrailError, StillPending } from "./errors.js";
import { type Ask, exchange, type Sending, type Told } from "./exchange.js";
import type { components, paths } from "./openapi.js";

export type Item = components["schemas"]["SubmittedItem"];
export type ResultOut = components["schemas"]["ResultOut"];
export type Released = ResultOut & { status: "released" };
export type Blocked = ResultOut & { status: "blocked" };
export type Pending = ResultOut & { status: "pending" };
export type Outcome = Released | Blocked;
export type Result = Outcome | Pending;
export type Output = Item["output"];

export interface Options {
  /** The server's address; else HANDRAIL_URL, else http://127.0.0.1:8400. */
  url?: string;
  /** An API key; else HANDRAIL_KEY. Never put one into a page for the public. */
  key?: string;
  retries?: number;
  timeoutMs?: number;
  fetch?: typeof globalThis.fetch;
  pause?: (ms: number) => Promise<void>;
}

/** What beside the output is said of an item; `waitMs` is how long to wait for the outcome. */
export type Saying = Omit<Item, "output" | "wait"> & { waitMs?: number };

type Method = "get" | "post" | "put" | "patch" | "delete";
type With<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never }[keyof paths];
type Of<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type JsonOf<R> = R extends { content: { "application/json": infer T } } ? T : never;
type Good<O> = O extends { responses: infer R } ? { [S in keyof R]: S extends 200 | 201 | 202 ? JsonOf<R[S]> : never }[keyof R] : never;
/** The body of an answer that says yes. */
export type AnswerOf<P extends keyof paths, M extends Method> = [Good<Of<P, M>>] extends [never] ? null : Good<Of<P, M>>;
type Body<O> = O extends { requestBody: { content: { "application/json": infer T } } } ? { body: T } : { body?: undefined };
type PathPart<O> = O extends { parameters: { path: infer T } } ? { path: T } : { path?: undefined };
type QueryPart<O> = O extends { parameters: { query?: infer T } } ? { query?: T } : { query?: undefined };
/** What an operation of the API takes. */
export type Given<P extends keyof paths, M extends Method> = Body<Of<P, M>> & PathPart<Of<P, M>> & QueryPart<Of<P, M>> & { ifMatch?: string; key?: string };

const LONGEST_HOLD_MS = 60_000;
const HASTY_MS = 1_000;
const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** A client of one project. Every change is sent under one Idempotency-Key that is kept over its retries. */
export class Handrail {
  private readonly sending: Sending;
  private readonly url: string;
  private readonly key: string;

  constructor(options: Options = {}) {
    this.url = (options.url ?? environment("HANDRAIL_URL") ?? "http://127.0.0.1:8400").replace(/\/+$/, "");
    this.key = options.key ?? environment("HANDRAIL_KEY") ?? "";
    if (this.key === "") throw new HandrailError("Give an API key: new Handrail({ key }) or HANDRAIL_KEY.");
    this.sending = {
      fetch: options.fetch ?? ((...words) => globalThis.fetch(...words)),
      retries: options.retries ?? 4,
      timeoutMs: options.timeoutMs ?? 10_000,
      pause: options.pause ?? sleep,
    };
  }

  /** The common case: holds the output until it is released, blocked, or `waitMs` (5 s) are over and it is pending. */
  gate(output: Output, saying: Saying = {}): Promise<Result> {
    return this.submit(output, { waitMs: 5_000, ...saying });
  }

  /** Stores an item and gives its Result at once, or after waiting up to `waitMs`. */
  async submit(output: Output, { waitMs = 0, ...saying }: Saying = {}): Promise<Result> {
    const key = saying.key ?? newKey();
    const ends = Date.now() + waitMs;
    const body = { ...saying, output, key, ...(waitMs > 0 ? { wait: `${held(waitMs)}ms` } : {}) };
    const told = await this.send("POST", "/v1/items", { body, key, waitMs: held(waitMs) });
    const result = told.body as Result;
    if (result.status !== "pending" || result.item_id === null || ends <= Date.now()) return result;
    return this.until(result.item_id, ends, result);
  }

  /** One look at an item, by its id. */
  async outcome(itemId: string): Promise<Result> {
    return (await this.send("GET", `/v1/items/${encodeURIComponent(itemId)}/outcome`)).body as Result;
  }

  /** The outcome as soon as there is one. Throws StillPending after `timeoutMs`. */
  async wait(itemId: string, timeoutMs = 3_600_000): Promise<Outcome> {
    const result = await this.until(itemId, Date.now() + timeoutMs, null);
    if (result.status === "pending") throw new StillPending(itemId);
    return result;
  }

  /** Any other operation of the API, with its types: `request("get", "/v1/items/{id}", { path: { id } })`. */
  async request<M extends Method, P extends With<M>>(method: M, path: P, given?: Given<P, M>): Promise<AnswerOf<P, M>> {
    const parts = (given ?? {}) as { path?: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown; ifMatch?: string; key?: string };
    const whole = (path as string).replace(/{([^}]*)}/g, (_, name: string) => encodeURIComponent(String(parts.path?.[name])));
    const told = await this.send(method.toUpperCase(), whole + search(parts.query), parts);
    return told.body as AnswerOf<P, M>;
  }

  private async until(itemId: string, ends: number, last: Result | null): Promise<Result> {
    for (;;) {
      const began = Date.now();
      const waitMs = held(ends - began);
      const path = `/v1/items/${encodeURIComponent(itemId)}/outcome?wait=${waitMs}ms`;
      const result: Result = last !== null && waitMs === 0 ? last : ((await this.send("GET", path, { waitMs })).body as Result);
      if (result.status !== "pending" || Date.now() >= ends) return result;
      last = result;
      // a server that answers sooner than it was asked to is not asked again at once
      if (Date.now() - began < Math.min(waitMs, HASTY_MS)) await this.sending.pause(Math.min(HASTY_MS, Math.max(0, ends - Date.now())));
    }
  }

  private send(method: string, path: string, more: { body?: unknown; key?: string; ifMatch?: string; waitMs?: number } = {}): Promise<Told> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.key}`, Accept: "application/json" };
    if (more.body !== undefined) headers["Content-Type"] = "application/json";
    if (method !== "GET") headers["Idempotency-Key"] = more.key ?? newKey();
    if (more.ifMatch !== undefined) headers["If-Match"] = more.ifMatch;
    const ask: Ask = { method, url: this.url + path, headers, waitMs: more.waitMs ?? 0 };
    if (more.body !== undefined) ask.body = JSON.stringify(more.body);
    return exchange(this.sending, ask);
  }
}

/** What one request may be held for. */
const held = (ms: number): number => Math.max(0, Math.min(Math.floor(ms), LONGEST_HOLD_MS));

function search(query: Record<string, unknown> | undefined): string {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null);
  return given.length === 0 ? "" : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

/** A key that makes one change happen once, however often it is sent. */
export function newKey(): string {
  // crypto.randomUUID is missing on plain http pages; this is not.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A variable of the environment, where there is one. */
function environment(name: string): string | undefined {
  const global = globalThis as { process?: { env?: Record<string, string | undefined> } };
  return global.process?.env?.[name] || undefined;
}
