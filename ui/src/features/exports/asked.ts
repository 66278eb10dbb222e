/** What somebody asks for, as it stands in the address of the page and as the server takes it. */
import type { ExportField, ExportFormat, ExportIn, ExportOut } from "@/api/schema";
import { joinValues, splitValues } from "@/shared/links/items-url";

export const FORMATS = ["jsonl", "csv", "trl-sft", "trl-dpo", "trl-kto"] as const satisfies readonly ExportFormat[];
/** The fields one can filter by, with their values where those are always the same. */
export const FIELDS = {
  verdict: ["approve", "edit", "reject"],
  status: ["released", "blocked"],
  source: ["auto", "repaired", "human", "edited", "fallback"],
  domain: null,
  task: null,
  queue: null,
  model: null,
  prompt_version: null,
  language: null,
  rule: null,
  group: null,
} as const satisfies Record<ExportField, readonly string[] | null>;
export const fields = Object.keys(FIELDS) as ExportField[]; // the keys of FIELDS are the fields
export const isField = (name: string): name is ExportField => Object.hasOwn(FIELDS, name);

export type Values = { readonly [field in ExportField]?: readonly string[] };
export type Search = { [name: string]: string };

export interface Asked {
  format: ExportFormat;
  from: string | undefined;
  to: string | undefined;
  values: Values;
  masked: boolean;
}

/** What belongs to this page or to the list of items itself, and is no filter. */
const NO_FILTERS = ["new", "format", "cursor", "decided_from", "decided_to", "sort", "columns", "item"];

/** What an address asks for, and the filters of the list of items that an export cannot have. */
export function fromSearch(search: Search): { asked: Asked; unknown: string[] } {
  const pairs = fields.flatMap((field): [ExportField, string[]][] => {
    const given = splitValues(search[field] ?? "").filter((value) => value !== "" && isPossible(field, value));
    return given.length === 0 ? [] : [[field, given]];
  });
  const asked: Asked = {
    format: FORMATS.find((one) => one === search["format"]) ?? "jsonl",
    from: search["decided_from"],
    to: search["decided_to"],
    values: Object.fromEntries(pairs),
    masked: true,
  };
  return { asked, unknown: Object.keys(search).filter((name) => !isField(name) && !NO_FILTERS.includes(name)) };
}

/** A list of items that wait still gives an export of those that are decided. */
function isPossible(field: ExportField, value: string): boolean {
  const known: readonly string[] | null = FIELDS[field];
  return known === null || known.includes(value);
}

/** The address that asks for the same again. */
export function searchOf({ format, filters, decided_from }: Pick<ExportOut, "format" | "filters" | "decided_from">): Search {
  const values = Object.entries(filters).map(([field, given]) => [field, joinValues(given)]);
  return { new: "true", format, ...(decided_from !== null && { decided_from }), ...Object.fromEntries(values) };
}

export function bodyOf({ format, from, to, values, masked }: Asked): ExportIn {
  const given = Object.entries(values).map(([field, words]) => [field, [...words]]);
  const filters = { ...(from !== undefined && { from }), ...(to !== undefined && { to }), ...Object.fromEntries(given) };
  return { format, filters, masked: masked || !hasMasked(format) };
}

/** Only these rows hold whole items, with what is masked in them. */
export const hasMasked = (format: ExportFormat) => format === "jsonl";

export function withValue(values: Values, field: ExportField, value: string): Values {
  const given = values[field] ?? [];
  return value === "" || given.includes(value) ? values : { ...values, [field]: [...given, value] };
}

export function withoutField(values: Values, field: ExportField): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== field));
}

/** Whether the span ends before it begins; one without two ends cannot. */
export const isBackwards = ({ from, to }: Pick<Asked, "from" | "to">) => from !== undefined && to !== undefined && Date.parse(from) >= Date.parse(to);
