/** How the invented server answers: in JSON, by pages, or with a refusal. */
import type * as wire from "../src/api/schema.ts";

let counter = 0;
/** A UUIDv7-like id that sorts by the order of making. */
export function newId(): string {
  counter += 1;
  const hex = counter.toString(16).padStart(12, "0");
  return `0197a3c0-6d1e-7b52-9a41-${hex}`;
}

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: wire.ErrorField[] = [],
  ) {
    super(message);
  }
}

export function notFound(): never {
  throw new Refusal(404, "not_found", "There is no such thing here.");
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  if (status === 204) return new Response(null, { status, headers });
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
}

export function refuse(status: number, code: string, message: string, fields: wire.ErrorField[] = []): Response {
  const error: wire.ErrorBody = {
    code,
    message,
    status,
    retry: status >= 500,
    fields,
    request_id: "0197a3c0-0000-7000-8000-00000000beef",
    docs: `/docs/errors#${code}`,
  };
  return json(status, { error });
}

export function page<T>(data: T[]): wire.Page<T> {
  return { data, next_cursor: null, count: null, count_is: null };
}

/** One page of a list, with a cursor to the next. */
export function part<T>(data: T[], query: URLSearchParams): wire.Page<T> {
  const from = Number(query.get("cursor") ?? "0");
  const to = from + Number(query.get("limit") ?? "50");
  return { ...page(data.slice(from, to)), next_cursor: to < data.length ? String(to) : null };
}
