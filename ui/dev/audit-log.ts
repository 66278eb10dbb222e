import type * as wire from "../src/api/schema.ts";
import recorded from "./evidence.json" with { type: "json" };

/** Evidence that a real server gave out, with proofs that hold. */
export const evidence: wire.Evidence = recorded;

interface Stored {
  item: wire.ItemOut;
  timeline: wire.TimelineEntry[];
}

const hash = (number: number) => (number * 2_654_435_761).toString(16).padStart(16, "0").repeat(4).slice(0, 64);

export function logState(mood: string, at: string): wire.AuditLogState {
  if (mood === "empty") return { size: 0, checkpoint: null, verifier_key: recorded.verifier_key, last_check: null };
  const isBroken = mood === "ugly";
  return {
    size: 1_048_391,
    checkpoint: recorded.checkpoint,
    verifier_key: recorded.verifier_key,
    last_check: {
      at,
      ok: !isBroken,
      size: 1_048_391,
      first_bad_index: isBroken ? 70_512 : null,
      why: isBroken ? "its columns do not say what was hashed" : null,
    },
  };
}

/** The log as the timelines of the items tell it, newest first. */
export function listEntries(items: readonly Stored[], query: URLSearchParams): wire.Page<wire.AuditEntryOut> {
  const all = items.flatMap(({ item, timeline }, number) =>
    timeline.map((one, at): wire.AuditEntryOut => ({
      entry_id: `0197a3c0-6d1e-7b52-9a42-${String(number * 100 + at).padStart(12, "0")}`,
      index: one.audit_index,
      at: one.at,
      actor: one.actor === null ? "system" : `person:${one.actor}`,
      actor_name: one.actor,
      kind: one.event,
      subject: item.item_id,
      commitment: hash(at + 1),
      leaf_hash: hash(at + 7),
    })),
  );
  const kinds = query.get("kind")?.split(",");
  const found = all
    .filter((one) => kinds === undefined || kinds.includes(one.kind))
    .filter((one) => query.get("item_id") === null || one.subject === query.get("item_id"))
    .filter((one) => query.get("actor_id") === null || one.actor.endsWith(query.get("actor_id") ?? ""))
    .filter((one) => one.at >= (query.get("from") ?? "") && one.at < (query.get("to") ?? "9"))
    .sort((one, other) => other.at.localeCompare(one.at));
  const from = Number(query.get("cursor") ?? 0);
  const limit = Number(query.get("limit") ?? 50);
  const next = from + limit < found.length ? String(from + limit) : null;
  return { data: found.slice(from, from + limit), next_cursor: next, count: null, count_is: null };
}

/** What a check of the whole log answers. */
export function checkLines(state: wire.AuditLogState): string {
  const found = state.last_check;
  const last = {
    ok: found?.ok ?? true, size: state.size, first_bad_index: found?.first_bad_index ?? null, why: found?.why ?? null, unsequenced: 0,
  };
  return [{ checked: Math.floor(state.size / 2), of: state.size }, last].map((line) => `${JSON.stringify(line)}\n`).join("");
}
