/** One request until it has an answer: when to try again, and when to give up. */
import { ApiError, type Problem, Unreachable } from "./errors.js";

export interface Sending {
  fetch: typeof globalThis.fetch;
  /** How often a request is repeated after its first try. */
  retries: number;
  /** Milliseconds after which a try counts as lost. */
  timeoutMs: number;
  /** Waits; tests need not. */
  pause: (ms: number) => Promise<void>;
}

export interface Ask {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  /** How long the server may hold the request; it comes on top of the timeout. */
  waitMs?: number;
}

export interface Told {
  status: number;
  headers: Headers;
  body: unknown;
}

const TRANSIENT = new Set([429, 502, 503, 504, 507]);
const FIRST_PAUSE_MS = 250;
const LONGEST_BACK_OFF_MS = 8_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * The answer to a request that says yes. Tried again, with the same headers and so under the same key: no answer, one
 * that broke off, 429, 502 to 504, 507, and a 5xx marked `retry`; never another 4xx. Throws ApiError and Unreachable.
 */
export async function exchange(sending: Sending, ask: Ask): Promise<Told> {
  for (let failures = 0; ; failures++) {
    const reply = await once(sending, ask);
    if (!(reply instanceof Unreachable) && reply.status < 300) return reply;
    const error = reply instanceof Unreachable ? reply : errorOf(reply, ask);
    const pause = pauseMs(reply, failures);
    if (!mayRetry(reply, error) || failures >= sending.retries || pause > LONGEST_PAUSE_MS) throw error;
    await sending.pause(pause);
  }
}

async function once(sending: Sending, ask: Ask): Promise<Told | Unreachable> {
  try {
    const answer = await sending.fetch(ask.url, {
      method: ask.method,
      headers: ask.headers,
      redirect: "manual",
      signal: AbortSignal.timeout(sending.timeoutMs + (ask.waitMs ?? 0)),
      ...(ask.body === undefined ? {} : { body: ask.body }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === "" ? null : parsed(text) };
  } catch (cause) {
    const why = cause instanceof DOMException && cause.name === "TimeoutError" ? "did not answer in time" : "was not reached";
    return new Unreachable(`The server ${why}.`, keyOf(ask), cause);
  }
}

const keyOf = (ask: Ask): string | null => ask.headers["Idempotency-Key"] ?? null;

/** The value of a text; undefined for what is no JSON, so not Handrail's. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mayRetry(reply: Told | Unreachable, error: ApiError | Unreachable): boolean {
  if (reply instanceof Unreachable) return true;
  if (TRANSIENT.has(reply.status)) return true;
  return reply.status >= 500 && error instanceof ApiError && error.retry;
}

/** What an answer means that says no, also when a proxy in between spoke instead of the server. */
function errorOf(reply: Told, ask: Ask): ApiError | Unreachable {
  const problem = problemOf(reply.body);
  if (problem !== null) return new ApiError(problem, reply.body);
  if (reply.status === 0 || (reply.status >= 300 && reply.status < 400)) {
    return new Unreachable("The address leads elsewhere; use that one.", keyOf(ask));
  }
  return new Unreachable(`The answer (${reply.status}) is not Handrail's; check the address.`, keyOf(ask));
}

function problemOf(body: unknown): Problem | null {
  if (typeof body !== "object" || body === null || !("error" in body)) return null;
  const error = body.error;
  return typeof error === "object" && error !== null && "code" in error ? (error as Problem) : null;
}

/** Doubling from a quarter of a second up to eight, shortened by up to a half at random; at least Retry-After. */
function pauseMs(reply: Told | Unreachable, failures: number): number {
  const backOff = Math.min(LONGEST_BACK_OFF_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2);
  const asked = reply instanceof Unreachable ? null : reply.headers.get("Retry-After");
  return asked !== null && /^\d+$/.test(asked) ? Number(asked) * 1_000 + backOff / 2 : backOff;
}
