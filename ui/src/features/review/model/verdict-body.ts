import type { ReviewIn, Verdict } from "@/api/schema";
import { fieldsOf, originalOf } from "./draft";
import type { Desk } from "./room-state";

/** What is sent for a verdict on the item on the desk. */
export function verdictBody(desk: Desk, verdict: Verdict, more: { warnings: readonly string[]; activeMs: number; claimNext: boolean }): ReviewIn {
  const fields = fieldsOf(desk.draft, originalOf(desk.assignment));
  const override = verdict === "edit" && desk.draft.override.trim() !== "" ? desk.draft.override : null;
  return {
    ...fields,
    verdict,
    fence: desk.assignment.fence,
    output: verdict === "edit" ? (fields.output ?? null) : null,
    severity: verdict === "approve" ? null : (fields.severity ?? null),
    categories: verdict === "approve" ? [] : (fields.categories ?? []),
    warnings_shown: more.warnings.slice(0, 50),
    checks_overridden: override,
    active_ms: more.activeMs,
    claim_next: more.claimNext,
    queues: [desk.assignment.queue],
  };
}
