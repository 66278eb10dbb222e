/** Runs the checks of an edit again once the typing rests; only the last text counts. */
import type { OutputObject, RecheckOut } from "@/api/schema";
import { differs, withText } from "@/shared/content/output";
import { notRechecked, type Rechecked } from "./needs";

const RECHECK_MS = 500;

export class Rechecker {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private running: AbortController | null = null;

  constructor(
    private readonly check: (assignmentId: string, output: OutputObject, signal: AbortSignal) => Promise<RecheckOut>,
    /** Told of every step; `error` when the server could not be asked. */
    private readonly tell: (recheck: Rechecked, error: unknown) => void,
  ) {}

  /** Forgets what is planned or under way. */
  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.running?.abort();
    this.running = null;
  }

  /** Plans the check of `text`; nothing to check when it says what the original says. */
  soon(assignmentId: string, original: OutputObject | null, text: string | null, before: Rechecked): void {
    this.stop();
    const edited = original !== null && text !== null && differs(original, text) ? withText(original, text) : null;
    if (!edited?.ok) {
      this.tell(notRechecked, null);
      return;
    }
    this.tell({ ...before, state: "running" }, null);
    this.timer = setTimeout(() => void this.run(assignmentId, edited.output, text ?? ""), RECHECK_MS);
  }

  private async run(assignmentId: string, output: OutputObject, text: string): Promise<void> {
    const stop = new AbortController();
    this.running = stop;
    try {
      const { scores, failed } = await this.check(assignmentId, output, stop.signal);
      if (!stop.signal.aborted) this.tell({ state: "done", text, scores, failed }, null);
    } catch (error) {
      if (!stop.signal.aborted) this.tell({ ...notRechecked, state: "failed", text }, error);
    }
  }
}
