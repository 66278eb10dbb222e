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

/** Kinds that can be chosen, by what they are about. */
export const KINDS = {
  items: ["item.received", "item.routed", "item.released", "item.blocked", "item.settled", "item.elevated", "item.recalled", "item.appealed", "item.reopened", "item.upheld", "item.delivered", "audit_sample.drawn", "item.audited"],
  people: ["assignment.claimed", "assignment.returned", "review.submitted", "review.undone", "adjudication.submitted"],
  rules: ["policy.proposed", "policy.approved", "policy.activated", "policy.rolled_back", "queue.changed", "stop.set", "stop.lifted"],
  access: ["person.invited", "person.roles_changed", "person.removed", "key.created", "key.revoked", "session.started", "session.refused", "webhook.created", "webhook.changed"],
  log: ["audit_log.read", "audit_log.verified", "export.started"],
} as const;

export type Subject = { kind: "item" | "policy" | "person" | "webhook" | "plain"; id: string };

/** What an entry is about, so that it can be opened. */
export function subjectOf(entry: { kind: string; subject: string }): Subject {
  const { kind, subject } = entry;
  if (/^(item|review|assignment|audit_sample|adjudication)\./.test(kind)) return { kind: "item", id: subject };
  const [, noun, id = ""] = /^(policy|person):(.+)$/.exec(subject) ?? [];
  if (noun === "policy" && /^\d+$/.test(id)) return { kind: "policy", id };
  if (noun === "person") return { kind: "person", id };
  return kind.startsWith("webhook.") ? { kind: "webhook", id: subject } : { kind: "plain", id: subject };
}

/** Where what an entry is about can be read; none for what has no page. */
export function pathOf({ kind, id }: Subject): string | null {
  switch (kind) {
    case "item":
      return `/items/${encodeURIComponent(id)}?tab=evidence`;
    case "policy":
      return `/policy?version=${id}`;
    case "person":
      return "/settings/people";
    case "webhook":
      return "/settings/webhooks";
    case "plain":
      return null;
  }
}
