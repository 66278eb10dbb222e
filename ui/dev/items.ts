/** How the items of the invented server are made. */
import type * as wire from "../src/api/schema.ts";
import { newId } from "./answers.ts";
import { letters, uglyTexts } from "./letters.ts";
import type { World } from "./world.ts";

export interface Stored {
  item: wire.ItemOut;
  timeline: wire.TimelineEntry[];
}

function scores(text: string): wire.ScoreOut[] {
  const found = text.indexOf("EUR 4,120.00");
  const score = (name: string, rest: Partial<wire.ScoreOut>): wire.ScoreOut => ({
    name, kind: "check", result: "pass", value: null, label: null, version: "1", duration_ms: 0.4, reason: null, findings: [], ...rest,
  });
  return [
    score("numbers_in_context", found < 0 ? {} : {
      result: "fail",
      reason: "One amount is not in the context.",
      findings: [{ field: "output", candidate: null, context_id: "p1", start: found, end: found + 12, reason: "EUR 4,120.00 occurs in no passage.", severity: "major", category: "wrong_amount", evidence: [{ context_id: "p1", start: 0, end: 24 }] }],
    }),
    score("pii", {}),
    score("length", { value: 149 }),
    score("toxicity", { kind: "classifier", value: 0.013, version: "4", duration_ms: 2.1 }),
    score("topic", { kind: "classifier", value: 0.81, label: "insurance", version: "2", duration_ms: 1.7 }),
    score("sanctions", { result: "timed_out", reason: "No answer within 2 s.", duration_ms: 2_000 }),
    score("grounded", { kind: "judge", result: "skipped", reason: "confidence is at least 0.97", duration_ms: 0 }),
  ];
}

function route(action: string): wire.RouteFull {
  return {
    action,
    rule: action === "release" ? "bands[0]" : "large_payouts",
    queue: action === "review" ? "payout-letters" : null,
    values: { "metadata.amount": 4120 },
    policy_version: 14,
    autonomy: "exception",
    probability: action === "release" ? 0.95 : 1,
    audit: action === "release" ? 0.05 : null,
    reason: action === "release" ? "confidence 0.97 is above 0.92" : "amount 4,120 is at least 2,500",
    steps: [
      { step: "checks", rule: null, held: null, values: { passed: 9, findings: 3 }, note: "sanctions did not run" },
      { step: "block", rule: "toxic", held: false, values: { "scores.toxicity": 0.013 }, note: null },
      { step: "review", rule: "high_stakes", held: false, values: { topic: "insurance" }, note: null },
      { step: "review", rule: "large_payouts", held: action === "review", values: { "metadata.amount": action === "review" ? 4120 : 96 }, note: null },
      ...(action === "release" ? [{ step: "bands", rule: "bands[0]", held: true, values: { confidence: 0.97 }, note: null }] : []),
    ],
    uncertified: action === "release",
    high_stakes: false,
  };
}

function shortRoute(full: wire.RouteFull): wire.RouteOut {
  const { reason: _reason, steps: _steps, uncertified: _uncertified, high_stakes: _highStakes, ...rest } = full;
  return rest;
}

const SEGMENTS = [["claims", "payout_letter"], ["claims", "storm"], ["claims", "motor"], ["support", "refund_reply"], ["default", "default"]] as const;

export function makeItem(world: World, at: number): Stored {
  const texts = world.mood === "ugly" ? [...uglyTexts, ...letters] : letters;
  const text = texts[at % texts.length] ?? "";
  const [domain, task] = SEGMENTS[at % SEGMENTS.length] ?? ["default", "default"];
  const kind = ["edit", "approve", "released", "reject", "pending", "blocked"][at % 6] ?? "pending";
  const verdict = kind === "edit" || kind === "approve" || kind === "reject" ? kind : null;
  const status = kind === "pending" ? "pending" : kind === "blocked" || kind === "reject" ? "blocked" : "released";
  const isErased = at === 11;
  const item_id = newId();
  const received = world.in(-(at + 1) * 37);
  const decided = status === "pending" ? null : world.in(-(at + 1) * 37 + 24);
  const key = world.mood === "ugly" && at % 7 === 0 ? `key-${"x".repeat(240)}` : at % 9 === 8 ? null : `CLM-${48213 - at * 7}`;
  const action = kind === "released" ? "release" : kind === "blocked" ? "block" : "review";
  const output: wire.OutputObject = text.startsWith("{") ? { type: "json", value: JSON.parse(text) } : { type: "text", text };
  const item: wire.ItemOut = {
    item_id,
    key,
    status,
    state: status === "pending" ? "in_review" : "delivered",
    received_at: received,
    submitted: isErased
      ? { domain, task }
      : {
          output,
          prompt: "Write the settlement letter. State what is paid, what is not and why, name the policy section, and say how to object.",
          context: [
            { id: "p1", title: "Policy schedule, page 2", text: "Sum insured EUR 65,000. Excess EUR 150 for each claim; for damage by escaping tap water EUR 300 for each claim." },
            { id: "p2", title: "Policy wording, section 4.2", text: "We pay for contents destroyed or damaged by tap water that has escaped from pipes, hoses or the machines connected to them." },
          ],
          confidence: at % 5 === 0 ? null : 0.99 - (at % 40) / 50,
          domain,
          task,
          model: "claims-writer-7.2",
          prompt_version: "letter-31",
          language: "en",
          metadata: { amount: 4120, channel: "e-mail", customer: "gold" },
        },
    scores: isErased ? [] : scores(text),
    risk: null,
    route: route(action),
    queue: action === "review" ? "payout-letters" : null,
    reviews: verdict === null ? [] : [reviewOf(world, item_id, verdict, text)],
    outcome: status === "pending" ? null : outcome(item_id, key, status, verdict, decided, action, status === "released" && !isErased ? output : null),
    audit_sample: at % 6 === 2 ? sample(world, at, `${domain}:${task}`) : null,
    deliveries: decided === null || at % 4 === 3 ? [] : itemDeliveries(world, item_id, status, at),
    versions: { policy: 14 },
    recalls: [],
    second_looks: [],
    taxonomy: [{ name: "wrong_amount", severity: "major" }, { name: "missing_citation", severity: "minor" }, { name: "unsafe", severity: "critical" }],
    erased_at: isErased ? world.in(-30) : null,
  };
  if (at === 8) takeBack(world, item, text);
  if (at === 14) item.second_looks.push({ kind: "appeal", reason: "I sent the photographs in time.", by: "customer 771", queue: "payout-letters", state: "open", asked_at: world.in(-30), due_at: world.in(200) });
  return { item, timeline: timeline(item, received, decided, verdict) };
}

function sample(world: World, at: number, segment: string): wire.ItemSample {
  const isAnswered = at % 12 === 2;
  return {
    segment,
    pick: "uniform",
    probability: 0.05,
    drawn_at: world.in(-(at + 1) * 37 + 24),
    answered_at: isAnswered ? world.in(-(at + 1) * 30) : null,
    verdict: isAnswered ? "edit" : null,
    is_error: isAnswered ? true : null,
  };
}

/** What went to two webhooks: one takes it at once, the other is down for days. */
function itemDeliveries(world: World, subject: string, status: string, at: number): wire.ItemDelivery[] {
  const made = -(at + 1) * 37 + 24;
  const attempt = (minutes: number, code: number | null, error: string | null): wire.AttemptShort => ({ at: world.in(made + minutes), took_ms: code === 200 ? 212 : 10_000, status: code, error });
  const shared = { event_id: newId(), type: `item.${status}`, subject, created_at: world.in(made) };
  return [
    { ...shared, delivery_id: newId(), webhook: "crm", state: "done", attempts: [attempt(0, 200, null)], next_attempt_at: null, finished_at: world.in(made) },
    {
      ...shared,
      delivery_id: newId(),
      webhook: "archive",
      state: world.mood === "ugly" ? "dead" : "waiting",
      attempts: Array.from({ length: world.mood === "ugly" ? 10 : 2 }, (_, times) => attempt(times * 5, times % 2 === 0 ? null : 503, times % 2 === 0 ? "The receiver did not answer within 10 s." : `${"Service unavailable ".repeat(world.mood === "ugly" ? 12 : 1)}`)),
      next_attempt_at: world.mood === "ugly" ? null : world.in(7),
      finished_at: null,
    },
  ];
}

/** An item that was recalled and then corrected. */
function takeBack(world: World, item: wire.ItemOut, text: string): void {
  const by = { person_id: newId(), name: "Reviewer 7" };
  const first = { recalled_at: world.in(-50), why: "recall", reason: "The excess is missing.", severity: "major", categories: ["wrong_amount"], correction: null };
  const correction: wire.OutputObject = { type: "text", text: `${text} The excess of EUR 150.00 is taken off.` };
  const second = { ...first, recalled_at: world.in(-40), why: "override", reason: "Now with the excess.", correction };
  item.recalls.push({ ...first, recall_id: newId(), number: 1, by }, { ...second, recall_id: newId(), number: 2, by });
  item.state = "recalled";
  if (item.outcome !== null) item.outcome = { ...item.outcome, recall: second, text: correction.text };
}

function reviewOf(world: World, item_id: string, verdict: string, text: string): wire.ReviewOut {
  return {
    review_id: newId(),
    item_id,
    assignment_id: newId(),
    reviewer: { person_id: newId(), name: "Reviewer 7" },
    kind: "review",
    verdict,
    output: verdict === "edit" ? { type: "text", text: text.replace("4,120.00", "3,970.00") } : null,
    severity: verdict === "approve" ? null : "major",
    categories: verdict === "approve" ? [] : ["wrong_amount"],
    spans: [],
    reason: verdict === "approve" ? null : "Took the general excess. Tap water has its own, see schedule page 2.",
    active_ms: 94_000,
    submitted_at: world.in(-60),
    undo_until: world.in(-59.8),
    state: "final",
  };
}

function outcome(item_id: string, key: string | null, status: string, verdict: string | null, decided: string | null, action: string, output: wire.OutputObject | null): wire.ResultOut {
  return {
    item_id,
    key,
    status: status as wire.ResultOut["status"],
    source: status === "pending" ? null : verdict === "edit" ? "edited" : verdict === null ? "auto" : "human",
    decided_by: status === "pending" ? null : verdict === null ? "policy" : "review",
    text: null,
    output,
    content_hash: null,
    show: null,
    label: null,
    reason: "amount 4,120 is at least 2,500",
    categories: [],
    route: shortRoute(route(action)),
    review: verdict === null ? null : { verdict, severity: null, reviews: 1, adjudicated: false, choice: null, ranking: null },
    reference: null,
    due_at: null,
    decided_at: decided,
    late: false,
    recall: null,
  };
}

function timeline(item: wire.ItemOut, received: string, decided: string | null, verdict: string | null): wire.TimelineEntry[] {
  const entry = (event: string, at: string, rest: Partial<wire.TimelineEntry> = {}): wire.TimelineEntry => ({
    at, actor: null, event, why: null, details: {}, audit_index: 1_048_000 + Number.parseInt(item.item_id.slice(-3), 16), ...rest,
  });
  const first = [
    entry("item.received", received, { actor: "claims service", why: "Draft text is shown to the customer's adviser.", details: { key: item.key } }),
    entry("item.routed", received, { why: item.route?.reason ?? null, details: { rule: item.route?.rule ?? "", policy_version: 14, queue: item.queue } }),
  ];
  if (decided === null) return [...first, entry("item.escalated", received, { details: { queue: "payout-letters" }, audit_index: null })];
  const middle =
    verdict === null
      ? []
      : [
          entry("assignment.claimed", decided, { actor: "Reviewer 7" }),
          entry("review.submitted", decided, { actor: "Reviewer 7", details: { verdict, severity: "major", categories: ["wrong_amount"] }, why: "Took the general excess. Tap water has its own." }),
          entry("item.settled", decided),
        ];
  return [
    ...first,
    ...middle,
    entry(item.status === "blocked" ? "item.blocked" : "item.released", decided),
    entry("item.delivered", decided, { why: "Webhook to the claims service, first attempt.", details: { duration_ms: 212 } }),
    ...(item.erased_at === null ? [] : [entry("item.erased", item.erased_at, { actor: "Admin 1" })]),
  ];
}
