/** A reviewer's unfinished work: what is kept in the browser, what on the server, and which of the two is used. */
import type { AssignmentOut, JsonObject, OutputObject, PassageLabel, Severity, UnsentReview, UnsentReviewOut, Verdict } from "@/api/schema";
import { differs, editableText, withText } from "@/shared/content/output";

export type FindingAnswer = "error" | "not_error";

/** Words a reviewer marked; offsets count code points of the readable text. */
export interface OwnSpan {
  readonly start: number;
  readonly end: number;
  readonly category: string | null;
}

export interface Draft {
  readonly verdict: Verdict | null;
  /** The text in the editor; null while nothing was edited. */
  readonly text: string | null;
  readonly severity: Severity | null;
  readonly categories: readonly string[];
  readonly spans: readonly OwnSpan[];
  readonly reason: string;
  readonly passages: Readonly<Record<string, PassageLabel>>;
  readonly findings: Readonly<Record<string, FindingAnswer>>;
  /** Why a failing edit goes out all the same. */
  readonly override: string;
}

export const emptyDraft: Draft = {
  verdict: null, text: null, severity: null, categories: [], spans: [], reason: "", passages: {}, findings: {}, override: "",
};

export const isEmpty = (draft: Draft): boolean => JSON.stringify(draft) === JSON.stringify(emptyDraft);

/** The fields of a review as they travel. An edited JSON text that is not JSON yet is left out. */
export function fieldsOf(draft: Draft, original: OutputObject | null): Omit<UnsentReview, "fence"> {
  const edited = original !== null && draft.text !== null && differs(original, draft.text) ? withText(original, draft.text) : null;
  return {
    verdict: draft.verdict,
    output: edited?.ok ? edited.output : null,
    severity: draft.severity,
    categories: [...draft.categories],
    spans: draft.spans.map((span): JsonObject => ({ field: "output", start: span.start, end: span.end, category: span.category })),
    reason: draft.reason.trim() === "" ? null : draft.reason,
    passages: { ...draft.passages },
    findings: { ...draft.findings },
  };
}

/** A draft that came from the server. */
export function draftOf(fields: Omit<UnsentReview, "fence">): Draft {
  return {
    verdict: fields.verdict ?? null,
    text: fields.output ? editableText(fields.output) : null,
    severity: fields.severity ?? null,
    categories: fields.categories ?? [],
    spans: (fields.spans ?? []).flatMap(spanOf),
    reason: fields.reason ?? "",
    passages: fields.passages ?? {},
    findings: fields.findings ?? {},
    override: "",
  };
}

function spanOf(span: JsonObject): OwnSpan[] {
  const { start, end, category } = span;
  if (typeof start !== "number" || typeof end !== "number" || start >= end) return [];
  return [{ start, end, category: typeof category === "string" ? category : null }];
}

/** What the browser keeps of one assignment. */
export interface KeptDraft {
  readonly draft: Draft;
  /** When it was last changed, in milliseconds of the server's clock. */
  readonly editedAt: number;
  /** The draft as this browser last gave it to the server, to tell its own work from another device's. */
  readonly given: string | null;
}

/** What to open, and a newer draft of another device that a person has to choose about. */
export interface Opened {
  readonly draft: Draft;
  readonly newer: UnsentReviewOut | null;
}

/**
 * The draft to open an assignment with. The browser's own wins unless the server has one that was saved later and did
 * not come from here; then the person is asked.
 */
export function openDraft(kept: KeptDraft | null, server: UnsentReviewOut | null): Opened {
  if (!server) return { draft: kept?.draft ?? emptyDraft, newer: null };
  const theirs = draftOf(server.review);
  if (!kept || isEmpty(kept.draft)) return { draft: theirs, newer: null };
  const serverText = JSON.stringify(theirs);
  if (serverText === kept.given || serverText === JSON.stringify({ ...kept.draft, override: "" })) return { draft: kept.draft, newer: null };
  return { draft: kept.draft, newer: Date.parse(server.saved_at) > kept.editedAt ? server : null };
}

/** The draft as the server would give it back: the form in which `given` is compared. */
export const asGiven = (draft: Draft, original: OutputObject | null): string => JSON.stringify(draftOf(fieldsOf(draft, original)));

const PREFIX = "handrail.draft.";
const KEEP_MS = 7 * 24 * 3_600_000;

/** Drafts in this browser, one entry an assignment, seven days long. Works without storage too, then keeps nothing. */
export class DraftStore {
  constructor(private readonly storage: Storage | null) {}

  read(assignmentId: string): KeptDraft | null {
    try {
      const text = this.storage?.getItem(PREFIX + assignmentId);
      if (!text) return null;
      const value: unknown = JSON.parse(text);
      return isKept(value) ? { ...value, draft: { ...emptyDraft, ...value.draft } } : null;
    } catch {
      return null;
    }
  }

  /** False when the browser did not take it (full, or storage is off). */
  write(assignmentId: string, kept: KeptDraft): boolean {
    try {
      this.storage?.setItem(PREFIX + assignmentId, JSON.stringify(kept));
      return this.storage !== null;
    } catch {
      return false;
    }
  }

  remove(assignmentId: string): void {
    try {
      this.storage?.removeItem(PREFIX + assignmentId);
    } catch {
      // A browser without storage kept nothing.
    }
  }

  /** Drops what is older than seven days. */
  clean(now: number): void {
    const keys = Array.from({ length: this.storage?.length ?? 0 }, (_, at) => this.storage?.key(at) ?? "");
    for (const key of keys.filter((one) => one.startsWith(PREFIX))) {
      const kept = this.read(key.slice(PREFIX.length));
      if (!kept || now - kept.editedAt > KEEP_MS) this.remove(key.slice(PREFIX.length));
    }
  }
}

function isKept(value: unknown): value is KeptDraft {
  return typeof value === "object" && value !== null && "draft" in value && typeof value.draft === "object" && value.draft !== null && "editedAt" in value && typeof value.editedAt === "number";
}

/** The output under review: of the item, or of its first candidate. A bare string is short for text. */
export function originalOf(assignment: AssignmentOut): OutputObject | null {
  const output: OutputObject | string | null = assignment.item.output ?? assignment.item.candidates?.[0]?.output ?? null;
  return typeof output === "string" ? shortForm(output) : output;
}

const shortForms = new Map<string, OutputObject>();
/** One object for one string, so that it can be compared by identity. */
function shortForm(text: string): OutputObject {
  const known = shortForms.get(text) ?? { type: "text", text };
  if (shortForms.size > 50) shortForms.clear();
  shortForms.set(text, known);
  return known;
}
