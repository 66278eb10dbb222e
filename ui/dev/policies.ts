/** What the invented server says of policies. Far simpler than the real one: faults are lines with `deadlin:`. */
import type * as wire from "../src/api/schema";
import { notFound, Refusal } from "./answers.ts";
import { policyYaml } from "./letters.ts";
import type { World } from "./world.ts";

const names = (properties: wire.JsonObject) => ({ type: "object", patternProperties: { "^.*$": { type: "object", properties } } });
const text = (description: string) => ({ type: "string", description });

export const policySchema: wire.JsonObject = {
  type: "object",
  properties: {
    policy: { const: 1, description: "The version of this language." },
    error_from: { enum: ["minor", "major", "critical"], description: "What counts as an error." },
    categories: names({ severity: { enum: ["minor", "major", "critical"], description: "How bad it is." }, tolerate: text("The share that may have it.") }),
    block: { type: "array", items: { properties: { name: text("What the route calls it."), when: text("A CEL condition."), category: text("One of `categories`.") } } },
    review: { type: "array", items: { properties: { name: text("What the route calls it."), when: text("A CEL condition."), queue: text("Who takes it.") } } },
    queues: {
      ...names({ kind: { enum: ["expert", "supervisor"], description: "Whom it needs." }, deadline: text("Due within this time."), level: { enum: ["junior", "senior"] } }),
      description: "The queues of reviews, by name.",
    },
  },
};

const HOSTILE = '<img src=x onerror=alert(1)> "seni\u202eors"';

function faultsOf(yaml: string, world: World): wire.ErrorField[] {
  const found = yaml.split("\n").flatMap((line, at): wire.ErrorField[] => {
    const column = line.indexOf("deadlin:");
    if (column < 0) return [];
    const message = world.mood === "ugly" ? `there is no queue ${HOSTILE}` : 'unknown key; did you mean "deadline"?';
    return [{ path: "queues.junior.deadlin", line: at + 1, column: column + 1, code: "unknown_key", message, suggestion: "deadline" }];
  });
  return found.slice(0, 50);
}

function textOf(world: World, side: number | string): string {
  if (typeof side === "string") return side;
  const found = world.policies.find((one) => one.version === side);
  if (found === undefined) throw new Refusal(404, "not_found", "There is nothing here.");
  return found.yaml;
}

export function policyCategories(world: World): wire.CategoriesOut {
  const use = (category: string, reviews: number, audits: number): wire.CategoryUse => ({
    category, reviews, audits, share: audits / 412, low: Math.max(0, audits / 412 - 0.01), high: audits / 412 + 0.012,
  });
  const data = world.mood === "empty" ? [] : [use("wrong_amount", 61, 14), use("hallucination", 3, 0), use("tone", 12, 1)];
  return { since: world.in(-43_200), reviews: data.length === 0 ? 0 : 1_721, audits: data.length === 0 ? 0 : 412, level: 0.95, data };
}

function diff(world: World, asked: wire.DiffIn): wire.DiffOut {
  const [before, after] = [textOf(world, asked.from), textOf(world, asked.to)];
  const faults = faultsOf(after, world);
  if (faults.length > 0) throw new Refusal(422, "bad_policy", "The policy is not valid.", faults);
  if (before === after) return { text: "", changes: [], release: "neither" };
  const changes: wire.ChangeOut[] = [];
  if (before.includes("0.92") !== after.includes("0.92"))
    changes.push({ path: "bands.rows[0]", before: null, after: null, effect: "Outputs with confidence above 0.9 to 0.92 (included) are released by a number that nothing certifies instead of going to support-refunds.", release: "loosens" });
  if (after.includes("deadline: 2h") !== before.includes("deadline: 2h"))
    changes.push({ path: "queues.payout-letters.deadline", before: "4h", after: "2h", effect: 'Items in "payout-letters" are due within 2h; until now within 4h.', release: "neither" });
  return { text: "@@ -1 +1 @@\n-a\n+b", changes, release: changes[0]?.release ?? "neither" };
}

function tried(world: World, asked: wire.PolicyTestIn): wire.PolicyTestOut {
  return {
    action: "review", rule: "large_payouts", queue: "adjudication-contracts", queue_kind: "supervisor", reason: "amount 4,120 is at least 2,500",
    values: { "metadata.amount": 4120 }, policy_version: asked.version ?? 0, autonomy: "exception", probability: 1, audit: null,
    steps: [
      { step: "block", rule: "toxic", held: false, values: { "results.toxicity": "pass" }, note: null },
      { step: "high_stakes", rule: "large_payouts", held: true, values: { "metadata.amount": 4120 }, note: null },
    ],
    uncertified: false, high_stakes: true, category: null, show: "draft", label: "Draft", fallback: null, requires: "correction", priority: 50,
    deadline_s: 7_200, due_at: world.in(120), stopped: world.stop.in_force, not_asked: [],
    scores: [{ name: "pii", kind: "check", result: "pass", value: 1, label: null, version: "1", duration_ms: 1, reason: null, findings: [] }],
  };
}

/** A POST below /policies. */
export function answerPolicies(world: World, [first, second]: string[], body: unknown, ifMatch: string | null): [number, unknown] {
  const active = world.policies.find((one) => one.state === "active");
  if (active === undefined) throw new Refusal(404, "not_found", "There is nothing here.");
  if (first === "validate") {
    const fields = faultsOf((body as { yaml: string }).yaml, world);
    return [200, { valid: fields.length === 0, fields, warnings: [] }];
  }
  if (first === "diff") return [200, diff(world, body as wire.DiffIn)];
  if (first === "test") return [200, tried(world, body as wire.PolicyTestIn)];
  if (first === undefined) {
    const wanted = body as wire.PolicyIn;
    const made: wire.PolicyOut = {
      ...active, version: Math.max(...world.policies.map((one) => one.version)) + 1, state: "proposed", yaml: wanted.yaml, note: wanted.note,
      author_id: world.me.person.person_id, created_at: world.in(0), activated_at: null, base: wanted.base ?? null, instead_of: null,
    };
    world.policies = [made, ...world.policies];
    return [201, made];
  }
  const found = world.policies.find((one) => one.version === (first === "rollback" ? active.instead_of : Number(first)));
  if (found === undefined) throw new Refusal(409, "nothing_before", "No version was in force before this one, so there is nothing to go back to.");
  if (second === "approve") {
    if (found.author_id === world.me.person.person_id) throw new Refusal(403, "four_eyes", "Nobody approves what they wrote; ask another lead.");
    Object.assign(found, { approved_by: world.me.person.person_id, approved_at: world.in(0), approval_note: (body as { note: string }).note });
    return [200, found];
  }
  if (ifMatch !== `"r${active.version}"`) throw new Refusal(412, "stale", "Another version was activated meanwhile; load it again and repeat your change.");
  if (world.needsApproval && second === "activate" && found.approved_by === null) {
    throw new Refusal(409, "approval_missing", "A second person must approve this version before it is activated.");
  }
  active.state = "past";
  Object.assign(found, { state: "active", activated_at: world.in(0), ...(second === "activate" && { instead_of: active.version }) });
  return [200, found];
}

export function policies(world: World): wire.PolicyOut[] {
  const author_id = world.people.find((one) => one.name === "Reviewer 3")?.person_id ?? null;
  const version = (n: number, rest: Partial<wire.PolicyOut>): wire.PolicyOut => ({
    version: n, state: "past", yaml: policyYaml, note: "", author_id, created_at: world.in(-n * -3_000 - 60_000), activated_at: world.in(-n * -3_000 - 59_000),
    base: n - 1, approved_by: null, approved_at: null, approval_note: null, instead_of: n > 1 ? n - 1 : null, ...rest,
  });
  if (world.mood === "empty") return [version(1, { state: "active", yaml: "policy: 1\n", author_id: null })];
  return [
    version(15, { state: "proposed", activated_at: null, note: "Release small payouts" }),
    version(14, { state: "active", note: "Two people above EUR 2,500" }),
    version(13, { note: "Tap water has its own excess" }),
    ...Array.from({ length: 12 }, (_, at) => version(12 - at, {})),
  ];
}

export function policy(world: World, version: string | undefined): [number, unknown] {
  if (version === undefined) return [200, { data: world.policies, needs_approval: world.needsApproval }];
  if (version === "schema") return [200, policySchema];
  if (version === "categories") return [200, policyCategories(world)];
  const found = world.policies.find((one) => (version === "active" ? one.state === "active" : one.version === Number(version)));
  return [200, found ?? notFound()];
}
