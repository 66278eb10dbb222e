/** What entries are shown; the names are those of the API and stand in the address. */
export type EntryFilter = { [name in (typeof FIELDS)[number]]?: string };

export const FIELDS = ["kind", "actor_id", "item_id", "from", "to"] as const;

/** The filter with one part of it changed, or taken away by a value that says nothing. */
export function withField(filter: EntryFilter, field: keyof EntryFilter, value: string | undefined): EntryFilter {
  const kept = Object.fromEntries(Object.entries(filter).filter(([name]) => name !== field));
  return value === undefined || value === "" ? kept : { ...kept, [field]: value };
}

/** The filter in an address; what is none is left out. */
export function fromSearch(search: { [name: string]: string }): EntryFilter {
  return Object.fromEntries(FIELDS.flatMap((name) => (search[name] ? [[name, search[name]]] : [])));
}

/** The moment of `2026-11-21T10:41` in the person's own zone, as the API takes it; none for what is not whole. */
export function momentOf(local: string): string | undefined {
  const moment = new Date(local);
  return local === "" || Number.isNaN(moment.getTime()) ? undefined : moment.toISOString();
}

/** The same the other way round, for a field of the form. */
export function localOf(moment: string | undefined): string {
  const at = new Date(moment ?? "");
  if (Number.isNaN(at.getTime())) return "";
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Kinds that people look for; others can be reached by item. */
export const KINDS = [
  "item.received",
  "item.routed",
  "item.released",
  "item.blocked",
  "item.settled",
  "item.elevated",
  "item.recalled",
  "review.submitted",
  "review.undone",
  "policy.activated",
  "stop.set",
  "stop.lifted",
  "audit_log.read",
  "audit_log.verified",
] as const;
