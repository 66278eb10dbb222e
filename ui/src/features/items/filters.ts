import { joinValues, splitValues } from "@/shared/links/items-url";

const DAYS = ["today", "yesterday", "this_week", "last_week", "last_7_days", "last_30_days", "this_month", "last_month"] as const;
const YES_NO = ["true", "false"] as const;

/** The filters a list of items takes, as `GET /v1/items` names them. Beside metadata nothing else is ever sent. */
export const FIELDS = {
  status: ["pending", "released", "blocked"],
  state: ["checked", "in_review", "second_review", "in_adjudication", "settled", "released", "blocked", "delivered", "recalled"],
  verdict: ["approve", "edit", "reject"],
  source: ["auto", "repaired", "human", "edited", "fallback"],
  queue: null,
  domain: null,
  task: null,
  model: null,
  rule: null,
  category: null,
  group: null,
  key: null,
  received: DAYS,
  decided: DAYS,
  received_from: null,
  received_to: null,
  decided_from: null,
  decided_to: null,
  confidence_from: null,
  confidence_to: null,
  overdue: ["true"],
  late: YES_NO,
  error: YES_NO,
  audited: ["waiting", "right", "wrong"],
} as const satisfies Record<string, readonly string[] | null>;

export type NamedField = keyof typeof FIELDS;
/** A metadata key that the policy lets be searched by stands here as `metadata.<key>`. */
export type Field = NamedField | `metadata.${string}`;
export const fields = Object.keys(FIELDS) as NamedField[]; // the keys of FIELDS are the fields
const DATES: readonly Field[] = ["received_from", "received_to", "decided_from", "decided_to"];
const SHARES: readonly Field[] = ["confidence_from", "confidence_to"];
const FLAGS: readonly Field[] = ["overdue", "late", "error"];
const LONGEST_KEY = 73;

export interface Token {
  field: Field;
  values: readonly string[];
}

export interface Filter {
  tokens: readonly Token[];
  /** Words searched in the content; empty for none. */
  words: string;
}

export const noFilter: Filter = { tokens: [], words: "" };
export const isEmpty = (filter: Filter) => filter.tokens.length === 0 && filter.words === "";
const isNamed = (name: string): name is NamedField => Object.hasOwn(FIELDS, name);
const isMetadata = (name: string): name is `metadata.${string}` => name.startsWith("metadata.") && name.length > 9 && name.length <= LONGEST_KEY;
export const isField = (name: string): name is Field => isNamed(name) || isMetadata(name);
/** The values a field can have; null where there are others in each project. */
export const valuesOf = (field: Field): readonly string[] | null => (isMetadata(field) ? null : FIELDS[field]);
/** Fields whose values the server can tell, with how many items have them. */
export const hasValues = (field: Field) => !isDate(field) && !SHARES.includes(field) && !isDays(field) && field !== "overdue" && field !== "late";
const isDays = (field: Field) => field === "received" || field === "decided";
export const isDate = (field: Field) => DATES.includes(field);
/** Whether a field takes one value only, so that a new one replaces the old. */
const isSingle = (field: Field) => isDate(field) || SHARES.includes(field) || FLAGS.includes(field) || isDays(field);

export type Parsed =
  | { kind: "token"; token: Token }
  | { kind: "words"; words: string }
  | { kind: "unknown_value"; field: Field; value: string }
  | { kind: "nothing" };

/** What the words on screen mean, in the language of the reader: `Urteil` is the field `verdict`. */
export interface Vocabulary {
  fields: { [name: string]: Field };
  values: { [name: string]: string };
  /** The time zone of the project: where its days begin. */
  zone?: string | undefined;
}

const NAME = String.raw`metadata\.[^:=\s]+|[\p{L}_ ]+?`;
const IS = new RegExp(String.raw`^(?<name>${NAME})\s*(?::|=|\s(?:is|ist)\s)\s*(?<value>.+)$`, "iu");
const IS_BEGUN = new RegExp(String.raw`^(?<name>${NAME})\s*(?::|=|\s(?:is|ist))\s*$`, "iu");
const OR = /\s*(?:(?<!\\),|\s(?:or|oder)\s)\s*/i;

/** Reads what a person typed: `status is released or blocked`, `queue:payout`, or plain words to search for. */
export function parse(typed: string, vocabulary: Vocabulary): Parsed {
  const text = typed.trim();
  if (text === "") return { kind: "nothing" };
  const parts = IS.exec(text)?.groups;
  const field = fieldNamed(parts?.["name"], vocabulary);
  if (parts === undefined || field === undefined) return { kind: "words", words: text };
  const values = (parts["value"] ?? "").split(OR).map((value) => wireValue(field, value.trim(), vocabulary));
  const wrong = values.find((value) => !allowed(field, value));
  if (wrong !== undefined) return { kind: "unknown_value", field, value: wrong };
  return { kind: "token", token: { field, values: [...new Set(values)] } };
}

function fieldNamed(typed: string | undefined, vocabulary: Vocabulary): Field | undefined {
  const name = typed?.trim() ?? "";
  if (isMetadata(name)) return name;
  const low = name.toLowerCase();
  return vocabulary.fields[low] ?? (isNamed(low) ? low : undefined);
}

function wireValue(field: Field, value: string, vocabulary: Vocabulary): string {
  const known = valuesOf(field);
  if (known !== null) {
    const lower = value.toLowerCase();
    const meant = known.find((one) => one === vocabulary.values[`${field} ${lower}`]);
    return meant ?? lower.replaceAll(" ", "_");
  }
  return isDate(field) ? (dayStart(value, vocabulary.zone) ?? value) : value.replaceAll("\\,", ",");
}

function allowed(field: Field, value: string): boolean {
  if (value === "") return false;
  if (isDate(field)) return !Number.isNaN(Date.parse(value));
  if (SHARES.includes(field)) return /^(0|1|0?\.\d+|1\.0+)$/.test(value);
  const known = valuesOf(field);
  return known === null || known.includes(value);
}

/** Midnight of a day such as `2026-11-18` in the zone of the project, as the moment the server compares with. */
function dayStart(value: string, zone: string | undefined): string | null {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (day === null) return null;
  const utc = Date.UTC(Number(day[1]), Number(day[2]) - 1, Number(day[3]));
  if (new Date(utc).getUTCDate() !== Number(day[3])) return null;
  // twice, because the clocks may be changed between midnight in Greenwich and midnight there
  const guess = utc - offsetAt(utc, zone);
  return new Date(utc - offsetAt(guess, zone)).toISOString();
}

/** How far the clocks of a zone are ahead of Greenwich at a moment, in ms. */
function offsetAt(moment: number, zone: string | undefined): number {
  const style = { year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", hourCycle: "h23" } as const;
  const parts = new Intl.DateTimeFormat("en", { ...style, ...(zone !== undefined && { timeZone: zone }) }).formatToParts(moment);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute")) - Math.floor(moment / 60_000) * 60_000;
}

/** The filter with `token` in it; values of a field that is there already are joined; dates and shares replaced. */
export function withToken(filter: Filter, token: Token): Filter {
  const same = filter.tokens.find((one) => one.field === token.field);
  const values = same === undefined || isSingle(token.field) ? token.values : [...new Set([...same.values, ...token.values])];
  const joined = { field: token.field, values };
  const tokens =
    same === undefined
      ? [...filter.tokens, joined]
      : filter.tokens.map((one) => (one.field === token.field ? joined : one));
  return { ...filter, tokens };
}

export const withoutField = (filter: Filter, field: Field): Filter => ({
  ...filter,
  tokens: filter.tokens.filter((one) => one.field !== field),
});

export type SearchWords = { [name: string]: string };

/** The filter in an address; what is not on the list is left out. */
export function fromSearch(search: SearchWords): Filter {
  const tokens = Object.entries(search).flatMap(([field, text]) => {
    if (!isField(field)) return [];
    const values = splitValues(text).filter((value) => allowed(field, value));
    return values.length === 0 ? [] : [{ field, values }];
  });
  return { tokens, words: search["q"] ?? "" };
}

/** The filter as it stands in an address and in a request. */
export function toSearch(filter: Filter): SearchWords {
  const search: SearchWords = Object.fromEntries(filter.tokens.map(({ field, values }) => [field, joinValues(values)]));
  if (filter.words !== "") search["q"] = filter.words;
  return search;
}

/** The field that is being typed, and what of its value is there; null while no field is named. */
export function typedField(typed: string, vocabulary: Vocabulary): { field: Field; begun: string } | null {
  const text = typed.trimStart();
  const parts = IS.exec(text)?.groups ?? IS_BEGUN.exec(text)?.groups;
  const field = fieldNamed(parts?.["name"], vocabulary);
  return field === undefined ? null : { field, begun: (parts?.["value"] ?? "").split(OR).at(-1)?.trim() ?? "" };
}

/** What may be typed next: names of fields first, then the values of the one that is typed. `found` are the values
 * that items have, with how many; `keys` the metadata keys that can be searched by. */
export function suggestions(
  typed: string,
  vocabulary: Vocabulary,
  found: readonly Counted[] = [],
  keys: readonly string[] = [],
): Suggestion[] {
  const at = typedField(typed, vocabulary);
  if (at !== null) {
    const { field } = at;
    const begun = at.begun.toLowerCase();
    const counts = new Map(found.map((one) => [one.value, one]));
    const known: readonly string[] = valuesOf(field) ?? found.map((one) => one.value);
    return known
      .filter((value) => value.toLowerCase().includes(begun.replaceAll(" ", "_")) || value.toLowerCase().includes(begun) || labelStarts(vocabulary, field, value, begun))
      .map((value) => ({ kind: "value", field, value, count: counts.get(value) ?? null }));
  }
  const text = typed.trim().toLowerCase();
  const named: readonly Field[] = [...fields, ...keys.filter(isField)];
  return named
    .filter((one) => text === "" || one.startsWith(text) || one.replace("metadata.", "").startsWith(text) || fieldStarts(vocabulary, one, text))
    .map((one) => ({ kind: "field", field: one }));
}

export interface Counted {
  value: string;
  count: number;
  count_is: string;
}
export type Suggestion = { kind: "field"; field: Field } | { kind: "value"; field: Field; value: string; count: Counted | null };

const fieldStarts = (vocabulary: Vocabulary, field: Field, begun: string) =>
  Object.entries(vocabulary.fields).some(([label, one]) => one === field && label.startsWith(begun));
const labelStarts = (vocabulary: Vocabulary, field: Field, value: string, begun: string) =>
  Object.entries(vocabulary.values).some(([label, one]) => one === value && label.startsWith(`${field} ${begun}`));
