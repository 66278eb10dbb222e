/** Looking at items on the invented server: lists, filters, one item, and what follows a decision. */
import type * as wire from "../src/api/schema.ts";
import { evidence } from "./audit-log.ts";
import { newId, notFound, Refusal } from "./answers.ts";
import type { World } from "./world.ts";

const filterNames = [
  "status", "state", "domain", "task", "queue", "model", "verdict", "source", "rule", "key", "group", "category", "error", "audited",
  "received_from", "received_to", "decided_from", "decided_to", "confidence_from", "confidence_to", "received", "decided", "overdue", "late", "q",
];
export const filtersOut: wire.FiltersOut = {
  data: [
    ...filterNames.map((name) => ({ name, kind: "word", values: null, ready: true })),
    { name: "metadata.customer", kind: "string", values: null, ready: true },
  ],
  sorts: ["-received_at", "received_at", "-decided_at", "decided_at", "-confidence", "confidence"],
  zone: "Europe/Berlin",
};

const given = (code: string, name: string, filters: { [name: string]: string }, sort = "-received_at"): wire.ViewOut => ({
  name, filters, sort, columns: null, shared: false, owner: null, given: code,
});
export const givenViews = [
  given("overdue", "Overdue", { overdue: "true" }, "received_at"),
  given("overridden_this_week", "Overridden this week", { verdict: "edit,reject", decided: "this_week" }, "-decided_at"),
  given("confidently_wrong", "Confidently wrong", { error: "true", confidence_from: "0.92" }, "-confidence"),
  given("found_wrong_by_audit", "Released and found wrong by audit", { audited: "wrong" }),
];

export function short(item: wire.ItemOut): wire.ItemShort {
  const { submitted, outcome: result } = item;
  const output = submitted.output;
  const text = output === undefined || output === null ? "" : output.type === "text" ? output.text : output.type === "json" ? JSON.stringify(output.value) : "";
  return {
    item_id: item.item_id,
    key: item.key,
    status: item.status,
    state: item.state,
    domain: submitted.domain ?? "default",
    task: submitted.task ?? "default",
    model: submitted.model ?? null,
    language: submitted.language ?? null,
    confidence: submitted.confidence ?? null,
    queue: item.queue,
    action: item.route?.action ?? null,
    rule: item.route?.rule ?? null,
    verdict: result?.review?.verdict ?? null,
    source: result?.source ?? null,
    received_at: item.received_at,
    decided_at: result?.decided_at ?? null,
    due_at: null,
    snippet: text.slice(0, 200),
  };
}

export function list(world: World, query: URLSearchParams): [number, unknown] {
  const wanted = (name: string) => query.get(name)?.split(",") ?? null;
  const shorts = world.items.map(({ item }) => short(item)).filter((item) =>
    (["status", "state", "queue", "domain", "task", "verdict", "source", "model", "key"] as const).every((name) => {
      const words = wanted(name);
      return words === null || words.includes(String(item[name]));
    }),
  );
  const words = query.get("q")?.toLowerCase() ?? "";
  const found = shorts
    .filter((item) => item.snippet.toLowerCase().includes(words))
    .filter((item) => item.received_at >= (query.get("received_from") ?? "") && item.received_at < (query.get("received_to") ?? "9"));
  const sort = query.get("sort") ?? "-received_at";
  const by = sort.replace("-", "") as "received_at" | "decided_at" | "confidence";
  if (by !== "received_at") {
    const listed = found.filter((item) => item[by] !== null);
    found.splice(0, found.length, ...listed.sort((one, other) => (Number(one[by] ?? 0) - Number(other[by] ?? 0) || String(one[by]).localeCompare(String(other[by])))));
    if (sort.startsWith("-")) found.reverse();
  } else if (!sort.startsWith("-")) found.reverse();
  const from = Number(query.get("cursor") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  const next = from + limit < found.length ? String(from + limit) : null;
  const counted = query.get("count") === "true";
  const data = found.slice(from, from + limit).map((item) => ({ ...item, match: matchOf(item.snippet, words) }));
  return [200, { data, next_cursor: next, count: counted ? found.length : null, count_is: counted ? "exact" : null, looked_back_to: null }];
}

export function values(world: World, name: string, query: URLSearchParams): [number, unknown] {
  const counts = new Map<string, number>();
  for (const { item } of world.items) {
    const value = (short(item) as unknown as { [name: string]: unknown })[name];
    if (typeof value === "string") counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const begins = (query.get("begins") ?? "").toLowerCase();
  const data = [...counts].filter(([value]) => value.toLowerCase().includes(begins)).sort().slice(0, Number(query.get("limit") ?? 20));
  return [200, { data: data.map(([value, count]) => ({ value, count, count_is: "exact" })) }];
}

export function item(world: World, id: string, part: string | undefined): [number, unknown] {
  const stored = world.items.find(({ item }) => item.item_id === id) ?? notFound();
  if (part === "evidence") return [200, { ...evidence, item_id: id }];
  return part === "timeline" ? [200, { data: stored.timeline }] : [200, stored.item];
}

/** Recall, override, appeal, reopen. */
export function follow(world: World, id: string, verb: string, said: wire.OverrideIn & wire.AppealIn & wire.ReopenIn): [number, unknown] {
  const { item, timeline } = world.items.find(({ item }) => item.item_id === id) ?? notFound();
  if (item.outcome === null || item.status === "pending") throw new Refusal(409, "not_decided", "This item has no outcome yet.");
  const note = (event: string, details: wire.JsonObject) =>
    timeline.push({ at: world.in(0), actor: world.me.person.name, event, why: said.reason, details, audit_index: null });
  if (verb === "appeal" || verb === "reopen") {
    const queue = said.queue ?? item.queue ?? "payout-letters";
    item.second_looks.push({ kind: verb, reason: said.reason, by: said.by ?? null, queue, state: "open", asked_at: world.in(0), due_at: world.in(240) });
    note(verb === "appeal" ? "item.appealed" : "item.reopened", { queue });
    return [200, item];
  }
  if (said.correction?.type === "text" && said.correction.text.includes("forbidden") && said.checks_overridden == null) {
    throw new Refusal(422, "invalid", "The recall lacks something; each field says what.", [
      { path: "/checks_overridden", line: null, column: null, code: "missing_key", message: "Your correction fails keywords: mend it, or say why it goes out.", suggestion: null },
    ]);
  }
  const { person } = world.me;
  const recall = { recalled_at: world.in(0), why: verb, reason: said.reason, severity: said.severity ?? "major", categories: said.categories ?? [], correction: said.correction ?? null };
  item.recalls.push({ ...recall, recall_id: newId(), number: item.recalls.length + 1, by: { person_id: person.person_id, name: person.name } });
  item.outcome = { ...item.outcome, recall, text: said.correction?.type === "text" ? said.correction.text : null };
  item.state = "recalled";
  note("item.recalled", { corrected: recall.correction !== null, severity: recall.severity, categories: recall.categories });
  return [200, item.outcome];
}

function matchOf(text: string, words: string): wire.MatchOut | null {
  const at = words === "" ? -1 : text.toLowerCase().indexOf(words);
  if (at < 0) return null;
  const start = [...text.slice(0, at)].length;
  return { field: "output", text, marks: [[start, start + [...words].length]] };
}
