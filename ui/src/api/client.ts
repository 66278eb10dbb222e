import createClient from "openapi-fetch";
import { requestContext, tellSessionEnded } from "./context";
import { errorFrom, Unreachable } from "./errors";
import type { paths } from "./paths";

/** A request without answer counts as lost after this many milliseconds. */
export const TIME_LIMIT = 10_000;
const WITHOUT_PROJECT = /^\/v1\/(me(?!\/views)|sessions|setup|projects|health|people\/accept)(\/|$|\?)/;

const isChange = (method: string) => !["GET", "HEAD", "OPTIONS"].includes(method);

/** Headers that every request to `path` carries. */
export function headersFor(method: string, path: string): Record<string, string> {
  const headers: Record<string, string> = {};
  if (isChange(method) && requestContext.csrf !== null) headers["X-CSRF-Token"] = requestContext.csrf;
  if (!WITHOUT_PROJECT.test(path) && requestContext.project !== null) {
    headers["Handrail-Project"] = requestContext.project;
  }
  return headers;
}

async function timedFetch(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIME_LIMIT)]) });
  } catch (cause) {
    if (request.signal.aborted) throw cause;
    throw new Unreachable(cause);
  }
}

export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: timedFetch });

api.use({
  onRequest({ request, schemaPath }) {
    for (const [name, value] of Object.entries(headersFor(request.method, schemaPath))) {
      request.headers.set(name, value);
    }
    return request;
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && schemaPath !== "/v1/sessions" && schemaPath !== "/v1/me") tellSessionEnded();
  },
});

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The body of an answer; an answer that says no is thrown as ApiError. */
export async function bodyOf<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw errorFrom(response, error);
  return data as T; // openapi-fetch leaves `data` undefined only for answers without a body
}

/** A key that makes one change happen once, however often it is sent. */
export function newKey(): string {
  // crypto.randomUUID is missing on plain http pages; this is not.
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Headers of one change. Make the key once per decision of the user and keep it over retries. */
export const once = (key: string) => ({ "Idempotency-Key": key });
