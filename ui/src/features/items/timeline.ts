import type { TimelineEntry } from "@/api/schema";
import { safeLine } from "@/shared/content/safe-line";

/** Entries whose kind we have words for; every other kind is shown by its name. */
export const EVENTS = [
  "item.received",
  "item.routed",
  "item.released",
  "item.blocked",
  "item.escalated",
  "item.settled",
  "item.disputed",
  "item.sent_back",
  "item.due_soon",
  "item.overdue",
  "item.elevated",
  "item.delivered",
  "item.audited",
  "item.recalled",
  "item.appealed",
  "item.reopened",
  "item.upheld",
  "item.erased",
  "assignment.claimed",
  "assignment.returned",
  "assignment.expired",
  "assignment.revoked",
  "review.submitted",
  "review.undone",
  "adjudication.submitted",
  "audit_sample.drawn",
] as const;

export type KnownEvent = (typeof EVENTS)[number];

export const isKnown = (event: string): event is KnownEvent => EVENTS.some((one) => one === event);

/** `Show 12 assignments`: entries that only repeat what came before fold into one line when there are many. */
export const FOLD_FROM = 60;

export type Step = { kind: "entry"; entry: TimelineEntry } | { kind: "fold"; entries: TimelineEntry[] };

/** The first and last entries as they are; a long middle as one step that opens. */
export function steps(entries: readonly TimelineEntry[]): Step[] {
  const plain = (list: readonly TimelineEntry[]): Step[] => list.map((entry) => ({ kind: "entry", entry }));
  if (entries.length <= FOLD_FROM) return plain(entries);
  const ends = FOLD_FROM / 3;
  return [
    ...plain(entries.slice(0, ends)),
    { kind: "fold", entries: entries.slice(ends, -ends) },
    ...plain(entries.slice(-ends)),
  ];
}

/** First and last number in the audit log, and how many entries have none yet (about a second long). */
export function auditSpan(entries: readonly TimelineEntry[]): { first: number | null; last: number | null; open: number } {
  const numbers = entries.map((entry) => entry.audit_index).filter((index) => index !== null);
  if (numbers.length === 0) return { first: null, last: null, open: entries.length };
  return { first: Math.min(...numbers), last: Math.max(...numbers), open: entries.length - numbers.length };
}

/** Ids and hashes are for machines, the verdict stands in the title, and what did not happen need not be said. */
const LEFT_OUT = /(_id|^verdict|^fence|^kind|hash)$/;
const DIGEST = /^[0-9a-f]{64}$/;

/** Whether a detail of an entry tells a person something. */
export function isForPeople(name: string, value: unknown): boolean {
  if (LEFT_OUT.test(name) || value === false) return false;
  return !(typeof value === "string" && DIGEST.test(value)) && shortValue(value) !== "";
}

/** The value of a detail, in a form that can stand in a line: never an object. */
export function shortValue(value: unknown): string {
  if (typeof value === "string") return safeLine(value);
  if (Array.isArray(value)) return value.map(shortValue).join(", ");
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? safeLine(JSON.stringify(value)) : String(value);
}
