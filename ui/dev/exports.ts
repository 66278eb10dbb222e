/** Exports of the invented server: each look at one that is under way brings it on. */
import type * as wire from "../src/api/schema.ts";
import { newId, notFound, part, Refusal } from "./answers.ts";
import type { World } from "./world.ts";

const DAY = 1_440;
const hash = (number: number) => (number * 2_654_435_761).toString(16).padStart(16, "0").repeat(4).slice(0, 64);

function made(one: wire.ExportOut, rows: number): wire.ExportMade {
  const name = one.format === "jsonl" ? "items.jsonl" : one.format === "csv" ? "items.csv" : `${one.format}.jsonl`;
  const manifest = {
    version: 1, format: one.format, project: "claims-europe", is_demo: false, decided_from: one.decided_from, decided_to: one.decided_to, filters: one.filters,
    masked: one.masked && one.format === "jsonl" ? ["end_user.name", "end_user.history"] : [], left_out: ["items that are not decided yet"], handrail_version: "0.1.0",
    rows, items: rows + 141, excluded: { erased: 12, no_person: 129 }, policy_versions: [13, 14], created_at: one.created_at,
  };
  return { manifest, files: [{ name, bytes: rows * 3_412, sha256: hash(rows + 1) }, { name: "lineage.jsonl", bytes: rows * 311, sha256: hash(rows + 2) }] };
}

function one(world: World, minutes: number, rest: Partial<wire.ExportOut>): wire.ExportOut {
  return {
    export_id: newId(), format: "jsonl", filters: {}, decided_from: null, decided_to: world.in(minutes), masked: true, state: "done",
    progress: { done: 0, of: null }, result: null, error: null, asked_by: "person:lead", asked_by_name: world.me.person.name,
    created_at: world.in(minutes), finished_at: null, expires_at: null, removed: false, ...rest,
  };
}

function done(world: World, minutes: number, rows: number, rest: Partial<wire.ExportOut> = {}): wire.ExportOut {
  const ends = { finished_at: world.in(minutes + 1), expires_at: rest.expires_at ?? world.in(minutes + 7 * DAY), progress: { done: rows + 141, of: rows + 141 } };
  const waits = one(world, minutes, { ...rest, ...ends });
  return { ...waits, result: made(waits, rows) };
}

export function exportsOf(world: World): wire.ExportOut[] {
  const failed = (minutes: number, message: string) => one(world, minutes, { format: "csv", state: "failed", error: { code: "storage_full", message }, finished_at: world.in(minutes + 1) });
  if (world.mood === "empty") return [];
  if (world.mood === "ugly") {
    const long = Array.from({ length: 60 }, (_, at) => `a-segment-whose-name-says-all-of-it-${at}`);
    return [
      one(world, -1, { state: "running", progress: { done: 0, of: 0 }, filters: { group: [`${"x".repeat(255)}`] } }),
      failed(-3, `The folder for exports cannot be written: ${"no space left on the device /srv/very/long/path/".repeat(6)}.`),
      done(world, -9, 0, { format: "trl-dpo", filters: { domain: long, prompt_version: ["v\u202e7"], rule: ["<b>large</b>"] }, decided_from: world.in(-60 * DAY) }),
      done(world, -30, 48_123_456, { masked: false, asked_by: "key:gone", asked_by_name: null }),
      ...Array.from({ length: 96 }, (_, at) => done(world, -60 * (at + 1), 100 + at, { format: "csv", asked_by_name: null })),
    ];
  }
  return [
    one(world, -1, { format: "trl-sft", state: "running", progress: { done: 41_200, of: 120_000 }, filters: { domain: ["claims"], verdict: ["approve", "edit"] } }),
    one(world, -1, { format: "csv", state: "queued" }),
    done(world, -90, 12_304, { filters: { domain: ["claims"] }, decided_from: world.in(-30 * DAY) }),
    failed(-300, "The folder for exports cannot be written: no space left on device."),
    done(world, -2 * DAY, 3_020, { masked: false, asked_by: "key:nightly", asked_by_name: null }),
    done(world, -9 * DAY, 871, { format: "trl-kto", expires_at: world.in(-2 * DAY), removed: true }),
  ];
}

export function answerExports(world: World, method: string, id: string | undefined, query: URLSearchParams, body: unknown): [number, unknown] {
  if (method === "POST") return begin(world, body as wire.ExportIn);
  if (id === undefined) return [200, part(world.exports, query)];
  const found = world.exports.find((each) => each.export_id === id) ?? notFound();
  if (found.state === "queued" || found.state === "running") advance(world, found);
  return [200, found];
}

function begin(world: World, wanted: wire.ExportIn): [number, unknown] {
  if (world.exports.filter(({ state }) => state === "queued" || state === "running").length >= 5) {
    throw new Refusal(409, "too_many_exports", "This project has as many exports under way as it may have at once; wait until one is done.");
  }
  const { from, to, ...filters } = wanted.filters;
  const begun = one(world, 0, { format: wanted.format, filters, masked: wanted.masked, decided_from: from ?? null, decided_to: to ?? world.in(0), state: "queued" });
  world.exports = [begun, ...world.exports];
  return [202, { job_id: begun.export_id, kind: "export", state: begun.state, progress: begun.progress, result: null, error: null }];
}

function advance(world: World, found: wire.ExportOut): void {
  const of = found.progress.of ?? 240;
  const reached = found.state === "queued" ? 0 : found.progress.done + Math.ceil(of / 3);
  const next: wire.ExportOut = reached < of ? { ...found, state: "running", progress: { done: reached, of } } : done(world, 0, of, { ...found, state: "done" });
  world.exports = world.exports.map((each) => (each.export_id === found.export_id ? next : each));
}
