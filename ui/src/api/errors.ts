import type { ErrorBody, ErrorField, ErrorOut } from "./schema";

/** The server answered, and the answer is no. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly retry: boolean;
  readonly fields: readonly ErrorField[];
  readonly requestId: string | null;
  /** The whole body: some errors carry `result` or `current` beside `error`. */
  readonly body: unknown;

  constructor(body: ErrorBody, whole: unknown = null) {
    super(body.message);
    this.name = "ApiError";
    this.code = body.code;
    this.status = body.status;
    this.retry = body.retry;
    this.fields = body.fields;
    this.requestId = body.request_id;
    this.body = whole;
  }

  /** What the server says about one field, by its JSON Pointer, such as `/email`. */
  field(path: string): string | null {
    return this.fields.find((one) => one.path === path)?.message ?? null;
  }
}

/** No answer came: offline, refused, or slower than the time limit. The same request may be sent again. */
export class Unreachable extends Error {
  readonly timedOut: boolean;

  constructor(cause: unknown) {
    super("The server did not answer.", { cause });
    this.name = "Unreachable";
    this.timedOut = cause instanceof DOMException && cause.name === "TimeoutError";
  }
}

/** True when sending the same request again, under the same key, may help. */
export function mayRetry(error: unknown): boolean {
  return error instanceof Unreachable || (error instanceof ApiError && error.retry);
}

function isErrorOut(body: unknown): body is ErrorOut {
  return typeof body === "object" && body !== null && "error" in body && typeof body.error === "object";
}

/** The error an answer stands for, also when a proxy in between spoke instead of the server. */
export function errorFrom(response: Response, body: unknown): ApiError {
  if (isErrorOut(body)) return new ApiError({ ...body.error, fields: body.error.fields ?? [] }, body);
  return new ApiError({
    code: "unreadable_answer",
    message: `The server answered ${response.status} in a form this page cannot read.`,
    status: response.status,
    retry: response.status >= 500,
    fields: [],
    request_id: response.headers.get("X-Request-Id"),
    docs: "",
  });
}
