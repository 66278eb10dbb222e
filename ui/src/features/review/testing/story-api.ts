/** A server for stories and tests that keeps its promises: leases, fences, one effect for one key, undo, checks. */
import { ApiError, Unreachable } from "@/api/errors";
import type { AssignmentOut, OutputObject, RecheckOut, ReviewDone, ReviewIn, ScoreOut, UnsentReview } from "@/api/schema";
import type { ReviewApi } from "../api/review-api";
import { originalOf } from "../model/draft";
import { readableText } from "@/shared/content/output";

export interface GivenReview {
  readonly assignment: AssignmentOut;
  readonly body: ReviewIn;
  readonly key: string;
}

const refuse = (status: number, code: string, message: string, fields: [string, string][] = []): ApiError =>
  new ApiError({ code, message, status, retry: false, request_id: "r-1", docs: "", fields: fields.map(([path, said]) => ({ path, message: said, code: "missing_key", line: null, column: null, suggestion: null })) });

export class StoryApi implements ReviewApi {
  readonly held = new Map<string, AssignmentOut>();
  readonly reviews: GivenReview[] = [];
  readonly unsent: { id: string; body: UnsentReview }[] = [];
  readonly returned: { id: string; reason: string | null; skip: boolean }[] = [];
  readonly beats: string[] = [];
  private readonly answers = new Map<string, ReviewDone>();
  /** Set to make the line fail. */
  down = false;
  /** Milliseconds each answer takes. */
  delay = 0;
  /** The next verdict is refused with this. */
  refuseNext: ApiError | null = null;
  undoMs = 10_000;

  constructor(first: AssignmentOut, private readonly waiting: AssignmentOut[], private readonly wait: (ms: number) => Promise<void> = (ms) => new Promise((done) => setTimeout(done, ms))) {
    this.held.set(first.assignment_id, first);
  }

  private async answer<T>(work: () => T): Promise<T> {
    if (this.delay > 0) await this.wait(this.delay);
    if (this.down) throw new Unreachable(new TypeError("no line"));
    return work();
  }

  private own(id: string, fence: number): AssignmentOut {
    const found = this.held.get(id);
    if (!found || found.fence !== fence || found.state !== "held") throw refuse(409, "lease_lost", "Someone else now holds this item, or your lease is over; your work is kept, reload the queue.");
    return found;
  }

  /** Takes an assignment away, as when a lease ends. */
  revoke(id: string): void {
    const found = this.held.get(id);
    if (found) this.held.set(id, { ...found, state: "revoked" });
  }

  read = (id: string) =>
    this.answer(() => {
      const found = this.held.get(id);
      if (!found) throw refuse(404, "not_found", "There is nothing here, or it is not yours to see.");
      return found;
    });

  claim = () =>
    this.answer(() => {
      const next = this.take();
      return { assignments: next ? [next] : [], empty_because: next ? null : ("none_left" as const) };
    });

  private take(): AssignmentOut | null {
    const next = this.waiting.shift() ?? null;
    if (next) this.held.set(next.assignment_id, next);
    return next;
  }

  heartbeat = (id: string, fence: number) =>
    this.answer(() => {
      this.own(id, fence);
      this.beats.push(id);
      return Date.now() + 600_000;
    });

  giveBack = (id: string, body: { fence: number; reason?: string | null; skip?: boolean }) =>
    this.answer(() => {
      const own = this.own(id, body.fence);
      this.returned.push({ id, reason: body.reason ?? null, skip: body.skip ?? false });
      this.held.delete(own.assignment_id);
    });

  saveUnsent = (id: string, body: UnsentReview) => this.answer(() => void this.unsent.push({ id, body }));

  check = (id: string, output: OutputObject, _key: string, signal: AbortSignal) =>
    this.answer((): RecheckOut => {
      if (signal.aborted) throw new DOMException("stopped", "AbortError");
      const scores = again(this.held.get(id), output);
      return { scores, failed: scores.filter((score) => score.result === "fail").map((score) => score.name) };
    });

  review = (id: string, body: ReviewIn, key: string) =>
    this.answer((): ReviewDone => {
      const known = this.answers.get(key);
      if (known) return known;
      const own = this.own(id, body.fence);
      if (this.refuseNext) {
        const refused = this.refuseNext;
        this.refuseNext = null;
        throw refused;
      }
      this.reviews.push({ assignment: own, body, key });
      this.held.set(id, { ...own, state: "submitted" });
      const next = body.claim_next ? this.take() : null;
      const undo_until = new Date(Date.now() + this.undoMs).toISOString();
      const done: ReviewDone = {
        undo_until, next, empty_because: next || !body.claim_next ? null : "none_left",
        review: {
          review_id: `review-${this.reviews.length}`, item_id: own.item_id, assignment_id: id, reviewer: null, kind: "review", verdict: body.verdict, output: body.output ?? null,
          severity: body.severity ?? null, categories: body.categories ?? [], spans: [], reason: body.reason ?? null, active_ms: body.active_ms, submitted_at: new Date().toISOString(), undo_until, state: "settling",
        },
      };
      this.answers.set(key, done);
      return done;
    });

  undo = (reviewId: string) =>
    this.answer(() => {
      const given = this.reviews[Number(reviewId.slice("review-".length)) - 1];
      if (!given) throw refuse(404, "not_found", "There is nothing here, or it is not yours to see.");
      const { fence: _fence, ...review } = given.body;
      const again_ = { ...given.assignment, assignment_id: `${given.assignment.assignment_id.slice(0, -1)}f`, fence: given.assignment.fence + 1, unsent_review: { saved_at: new Date().toISOString(), review } };
      this.held.set(again_.assignment_id, again_);
      return again_;
    });
}

/** The item's own checks on an edited output: a finding is gone once its words are; an empty output fails. */
function again(assignment: AssignmentOut | undefined, output: OutputObject): ScoreOut[] {
  const original = assignment ? originalOf(assignment) : null;
  if (!assignment || !original) return [];
  const [before, now] = [readableText(original), readableText(output)];
  const scores = (assignment.scores ?? []).map((score) => {
    const findings = score.findings.flatMap((finding) => {
      if (finding.start === null || finding.end === null) return now === "" ? [finding] : [];
      const words = [...before].slice(finding.start, finding.end).join("");
      const at = now.indexOf(words);
      const start = [...now.slice(0, at)].length;
      return at < 0 ? [] : [{ ...finding, start, end: start + [...words].length }];
    });
    return findings.length < score.findings.length && findings.length === 0 ? { ...score, result: "pass", findings } : { ...score, findings };
  });
  if (/guarantee/i.test(now)) scores.push({ name: "forbidden_promises", kind: "check", result: "fail", value: 0, label: null, version: "1", duration_ms: 1, reason: "A promise", findings: [{ field: "output", candidate: null, context_id: null, start: null, end: null, reason: "A guarantee is promised", severity: "major", category: "tone", evidence: [] }] });
  return scores;
}

export { refuse };
