/** Queues and the desk of the invented server: what waits, who holds what, verdicts. */
import type * as wire from "../src/api/schema.ts";
import { newId, notFound, Refusal } from "./answers.ts";
import { makeItem } from "./items.ts";
import type { World } from "./world.ts";

export function queues(world: World): wire.QueueOut[] {
  const queue = (name: string, rest: Partial<wire.QueueOut>): wire.QueueOut => ({
    name,
    kind: "expert",
    level: "junior",
    skills: [],
    languages: ["en"],
    requires: "correction",
    waiting: 0,
    waiting_all: rest.waiting ?? 0,
    held: 0,
    overdue: 0,
    oldest_due_at: null,
    on_time_today: null,
    paused: false,
    paused_reason: null,
    empty_because: null,
    audits: name === "audit",
    ...rest,
  });
  const usual = [
    queue("adjudication-contracts", { waiting: 5, level: "senior", requires: "two_person", kind: "supervisor", oldest_due_at: world.in(9.5), on_time_today: 0.88 }),
    queue("payout-letters", { waiting: 23, held: 4, languages: ["en", "de"], oldest_due_at: world.in(42.5), on_time_today: 0.97 }),
    queue("support-refunds", { waiting: 31, held: 6, requires: "approval", oldest_due_at: world.in(190), on_time_today: 1 }),
    queue("audit", { waiting: 2, held: 1, requires: "approval", oldest_due_at: world.in(60 * 60), on_time_today: 1 }),
    queue("discharge-summaries", { waiting_all: 41, held: 2, skills: ["clinical"], empty_because: "not_your_skill" }),
    queue("claims-poland", { held: 3, languages: ["pl"], empty_because: "held_by_others" }),
    queue("complaint-answers", { paused: true, paused_reason: "New guideline 9 is being loaded.", waiting_all: 12, empty_because: "paused", requires: "approval" }),
  ];
  if (world.mood !== "ugly") return usual;
  return [
    queue("rueckversicherungsangelegenheiten-sonderschadenbearbeitung-ost", {
      waiting: 1_204_311, held: 48_112, overdue: 9_881, oldest_due_at: world.in(-60 * 31), on_time_today: 0.0042, languages: ["de", "pl", "cs", "hu", "ro", "zz-bad tag"],
    }),
    ...usual.slice(1),
    queue("x", { paused: true, empty_because: "paused", paused_reason: `${"Because ".repeat(60)}\u202ethis was reversed` }),
    queue("own", { waiting_all: 3, empty_because: "own_work" }),
    queue("limit", { waiting_all: 3, empty_because: "limit_reached" }),
    queue("unqualified", { waiting_all: 3, empty_because: "not_qualified" }),
  ];
}

export function assignment(world: World, queue: string, at: number): wire.AssignmentOut {
  const { item } = makeItem(world, Math.abs(at) * 6);
  const { key: _key, ...submitted } = item.submitted;
  return {
    assignment_id: newId(),
    kind: "review",
    state: "held",
    item_id: item.item_id,
    item: submitted,
    scores: item.scores,
    segment: "claims:payout_letter",
    queue,
    fence: 1,
    lease_until: world.in(10),
    lease_s: 600,
    due_at: world.in(42),
    received_at: world.in(-60),
    why_here: { sentence: "a figure was not found in the context and the amount is over EUR 2,500", rule: "large_payouts", policy_version: 14, values: { "metadata.amount": 4120 }, uncertified: false },
    verdicts: ["approve", "edit", "reject"],
    form: {
      categories: [{ name: "wrong_amount", severity: "major" }, { name: "missing_section", severity: "minor" }, { name: "hallucination", severity: "critical" }],
      reason: "when_changed",
      fallback: "A colleague will write to you today.",
      undo_s: 10,
    },
    guideline: null,
    rubric: null,
    unsent_review: null,
  };
}

export function changeQueue(world: World, name: string, patch: wire.QueuePatch): [number, unknown] {
  world.queues = world.queues.map((queue) =>
    queue.name !== name
      ? queue
      : {
          ...queue,
          paused: patch.paused ?? queue.paused,
          paused_reason: patch.paused === true ? (patch.reason ?? null) : null,
          empty_because: patch.paused === true ? "paused" : queue.waiting === 0 ? "none_left" : null,
        },
  );
  return [200, world.queues.find((queue) => queue.name === name) ?? notFound()];
}

export function onAssignment(world: World, id: string, what: string, body: unknown): [number, unknown] {
  if (id === "claim") return claim(world, body as wire.ClaimIn);
  const held = assignmentOf(world, id);
  switch (what) {
    case "heartbeat":
      held.lease_until = world.in(held.lease_s / 60);
      return [200, { lease_until: held.lease_until }];
    case "check":
      return [200, { scores: held.scores ?? [], failed: [] } satisfies wire.RecheckOut];
    case "return":
      held.state = "returned";
      return [204, undefined];
    case "review":
      return review(world, held, body as wire.ReviewIn);
    default:
      return notFound();
  }
}

export function claim(world: World, wanted: wire.ClaimIn): [number, unknown] {
  const open = world.queues.filter((queue) => queue.waiting > 0 && !queue.paused);
  const from = open.find((queue) => (wanted.queues ?? [queue.name]).includes(queue.name));
  if (from === undefined) return [200, { assignments: [], empty_because: "none_left" } satisfies wire.Claimed];
  from.waiting -= 1;
  from.waiting_all -= 1;
  const claimed = assignment(world, from.name, world.held.length);
  world.held.push(claimed);
  world.publishQueues();
  return [200, { assignments: [claimed], empty_because: null } satisfies wire.Claimed];
}

export function review(world: World, held: wire.AssignmentOut, given: wire.ReviewIn): [number, unknown] {
  if (held.fence !== given.fence) throw new Refusal(409, "lease_lost", "Someone else now holds this item; reload the queue.");
  held.state = "submitted";
  const review: wire.ReviewOut = {
    review_id: `${held.assignment_id.slice(0, -4)}aaaa`,
    item_id: held.item_id,
    assignment_id: held.assignment_id,
    reviewer: { person_id: world.me.person.person_id, name: world.me.person.name },
    kind: "review",
    verdict: given.verdict,
    output: given.output ?? null,
    severity: given.severity ?? null,
    categories: given.categories ?? [],
    spans: given.spans ?? [],
    reason: given.reason ?? null,
    active_ms: given.active_ms,
    submitted_at: world.in(0),
    undo_until: world.in(10 / 60),
    state: "settling",
  };
  const [, next] = given.claim_next === true ? claim(world, { limit: 1 }) : [200, { assignments: [], empty_because: null }];
  const claimed = next as wire.Claimed;
  const done: wire.ReviewDone = {
    review,
    undo_until: review.undo_until,
    next: claimed.assignments[0] ?? null,
    empty_because: claimed.empty_because,
  };
  return [200, done];
}

export function undo(world: World, reviewId: string): [number, unknown] {
  const held = world.held.find((one) => reviewId.startsWith(one.assignment_id.slice(0, -4)));
  if (held === undefined) return notFound();
  held.state = "held";
  held.fence += 1;
  return [200, held];
}

export function keepDraft(world: World, id: string, draft: wire.UnsentReview): [number, unknown] {
  const { fence: _fence, ...review } = draft;
  assignmentOf(world, id).unsent_review = { saved_at: world.in(0), review };
  return [204, undefined];
}

export function assignmentOf(world: World, id: string): wire.AssignmentOut {
  return world.held.find((one) => one.assignment_id === id) ?? notFound();
}
