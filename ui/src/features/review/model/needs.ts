/** What a verdict still needs before it may be sent. */
import type { AssignmentOut, ReviewForm, ScoreOut, Severity, Verdict } from "@/api/schema";
import type { Draft } from "./draft";
import { originalOf } from "./draft";
import { severities } from "./findings";
import { meaningChanges, type ReasonAsked, reasonAsked } from "./meaning";
import { differs, readableText, withText } from "@/shared/content/output";

export type Need = "change" | "valid" | "severity" | "reason" | "override";

export interface Needs {
  readonly open: readonly Need[];
  readonly reason: ReasonAsked | null;
  /** Checks of the edit that failed. */
  readonly failing: readonly string[];
}

/** Whether the checks of the text in the editor are in, and what they said. */
export interface Rechecked {
  readonly state: "idle" | "running" | "done" | "failed";
  readonly text: string | null;
  readonly scores: readonly ScoreOut[] | null;
  /** The checks that must be mended or overridden; others that fail are only noted. */
  readonly failed: readonly string[];
}

export const notRechecked: Rechecked = { state: "idle", text: null, scores: null, failed: [] };

/** The stated severity, else that of the worst chosen category. */
export function severityOf(draft: Pick<Draft, "severity" | "categories">, form: Pick<ReviewForm, "categories">): Severity | null {
  if (draft.severity !== null) return draft.severity;
  const chosen = form.categories.filter((one) => draft.categories.includes(one.name)).map((one) => one.severity);
  return severities.filter((one) => chosen.includes(one)).pop() ?? null;
}

export function needsOf(verdict: Verdict, assignment: AssignmentOut, draft: Draft, recheck: Rechecked): Needs {
  const original = originalOf(assignment);
  const edited = original && draft.text !== null ? withText(original, draft.text) : null;
  const changes = verdict === "edit" && original && edited?.ok ? meaningChanges(readableText(original), readableText(edited.output)) : [];
  const reason = reasonAsked(verdict, assignment.form, severityOf(draft, assignment.form), changes);
  const failing = verdict === "edit" && recheck.text === draft.text ? recheck.failed : [];
  const open: Need[] = [];
  if (verdict === "edit") {
    if (edited && !edited.ok) open.push("valid");
    else if (!original || !differs(original, draft.text)) open.push("change");
    else if (failing.length > 0 && draft.override.trim() === "") open.push("override");
  }
  if (verdict === "reject" && severityOf(draft, assignment.form) === null) open.push("severity");
  if (reason !== null && draft.reason.trim() === "") open.push("reason");
  return { open, reason, failing };
}
