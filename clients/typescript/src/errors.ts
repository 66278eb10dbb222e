import type { components } from "./openapi.js";

export type Problem = components["schemas"]["ErrorBody"];
export type FieldFault = components["schemas"]["ErrorField"];

/** Whatever this client throws about a request. */
export class HandrailError extends Error {
  override name = "HandrailError";
}

/** The server answered, and the answer is no. */
export class ApiError extends HandrailError {
  override name = "ApiError";
  readonly code: string;
  readonly status: number;
  /** Whether the same request, under the same key, may succeed later. */
  readonly retry: boolean;
  readonly fields: readonly FieldFault[];
  readonly requestId: string | null;

  constructor(
    readonly problem: Problem,
    /** The whole body: some errors carry `result` or `current` beside `error`. */
    readonly body: unknown = null,
  ) {
    super(problem.message);
    this.code = problem.code;
    this.status = problem.status;
    this.retry = problem.retry;
    this.fields = problem.fields ?? [];
    this.requestId = problem.request_id ?? null;
  }

  /** What is wrong with one field, by its JSON Pointer, such as `/output`. */
  field(path: string): string | null {
    return this.fields.find((one) => one.path === path)?.message ?? null;
  }
}

/** No whole answer came. The request may have had its effect all the same; send it again under `key`. */
export class Unreachable extends HandrailError {
  override name = "Unreachable";

  constructor(
    why: string,
    readonly key: string | null,
    cause?: unknown,
  ) {
    super(why, { cause });
  }
}

/** Nobody has decided within the time; the item is kept, ask again by its id. */
export class StillPending extends HandrailError {
  override name = "StillPending";

  constructor(readonly itemId: string) {
    super("Nobody has decided yet; the item is kept, ask again by its id.");
  }
}
