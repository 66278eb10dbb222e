/** The columns a list can show, in their order; the names stand in saved views. */
export const COLUMNS = ["item", "output", "outcome", "segment", "state", "queue", "rule", "model", "language", "confidence", "due", "decided", "received"] as const;
export type Column = (typeof COLUMNS)[number];
export const USUAL: readonly Column[] = ["item", "output", "outcome", "segment", "confidence", "received"];
/** What a row cannot do without. */
export const ALWAYS: readonly Column[] = ["item", "output"];

export const SORTS = ["-received_at", "received_at", "-decided_at", "decided_at", "-confidence", "confidence"] as const;
export type Sort = (typeof SORTS)[number];
const SORTED_BY: { readonly [column in Column]?: "received_at" | "decided_at" | "confidence" } = {
  received: "received_at",
  decided: "decided_at",
  confidence: "confidence",
};

/** What a column is sorted by; null for those that no list is in the order of. */
export const sortOf = (column: Column) => SORTED_BY[column] ?? null;

/** Pressing a header sorts by it, largest first, and the other way round the next time. */
export function sortAfter(column: Column, now: Sort): Sort {
  const by = sortOf(column) ?? "received_at";
  return now === `-${by}` ? by : `-${by}`;
}

export const readSort = (text: string | undefined): Sort => SORTS.find((one) => one === text) ?? "-received_at";

/** The columns in an address; the usual ones where none stand there. */
export function readColumns(text: string | undefined): readonly Column[] {
  const named = text?.split(",") ?? [];
  const known = COLUMNS.filter((one) => named.includes(one));
  return known.length === 0 ? USUAL : COLUMNS.filter((one) => known.includes(one) || ALWAYS.includes(one));
}

/** The columns as they stand in an address; null for the usual ones. */
export const writeColumns = (columns: readonly Column[]): string | null => (columns.join() === USUAL.join() ? null : columns.join(","));
