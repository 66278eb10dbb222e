/** The filters a list of items takes, as `GET /v1/items` names them. Nothing else is ever sent. */
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
  received_from: null,
  received_to: null,
  confidence_from: null,
  confidence_to: null,
} as const satisfies Record<string, readonly string[] | null>;

export type Field = keyof typeof FIELDS;
export const fields = Object.keys(FIELDS) as Field[]; // the keys of FIELDS are the fields
const DATES: readonly Field[] = ["received_from", "received_to"];
const SHARES: readonly Field[] = ["confidence_from", "confidence_to"];

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
export const isField = (name: string): name is Field => Object.hasOwn(FIELDS, name);
export const isDate = (field: Field) => DATES.includes(field);
/** Whether a field takes one value only, so that a new one replaces the old. */
const isSingle = (field: Field) => isDate(field) || SHARES.includes(field);

export type Parsed =
  | { kind: "token"; token: Token }
  | { kind: "words"; words: string }
  | { kind: "unknown_value"; field: Field; value: string }
  | { kind: "nothing" };

/** What the words on screen mean, in the language of the reader: `Urteil` is the field `verdict`. */
export interface Vocabulary {
  fields: { [name: string]: Field };
  values: { [name: string]: string };
}

const IS = /^(?<name>[\p{L}_ ]+?)\s*(?::|=|\s(?:is|ist)\s)\s*(?<value>.+)$/iu;
const OR = /\s*(?:,|\s(?:or|oder)\s)\s*/i;

/** Reads what a person typed: `status is released or blocked`, `queue:payout`, or plain words to search for. */
export function parse(typed: string, vocabulary: Vocabulary): Parsed {
  const text = typed.trim();
  if (text === "") return { kind: "nothing" };
  const parts = IS.exec(text)?.groups;
  const name = parts?.["name"]?.trim().toLowerCase() ?? "";
  const field = vocabulary.fields[name] ?? (isField(name) ? name : undefined);
  if (parts === undefined || field === undefined) return { kind: "words", words: text };
  const values = (parts["value"] ?? "").split(OR).map((value) => wireValue(field, value.trim(), vocabulary));
  const wrong = values.find((value) => !allowed(field, value));
  if (wrong !== undefined) return { kind: "unknown_value", field, value: wrong };
  return { kind: "token", token: { field, values: [...new Set(values)] } };
}

function wireValue(field: Field, value: string, vocabulary: Vocabulary): string {
  if (FIELDS[field] !== null) {
    const lower = value.toLowerCase();
    return vocabulary.values[lower] ?? lower.replaceAll(" ", "_");
  }
  return isDate(field) ? (dayStart(value) ?? value) : value;
}

function allowed(field: Field, value: string): boolean {
  if (value === "") return false;
  if (isDate(field)) return !Number.isNaN(Date.parse(value));
  if (SHARES.includes(field)) return /^(0|1|0?\.\d+|1\.0+)$/.test(value);
  const known: readonly string[] | null = FIELDS[field];
  return known === null || known.includes(value);
}

/** Midnight, here, of a day such as `2026-11-18`, as the moment the server compares with. */
function dayStart(value: string): string | null {
  const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  if (day === null) return null;
  const date = new Date(Number(day[1]), Number(day[2]) - 1, Number(day[3]));
  return date.getMonth() === Number(day[2]) - 1 ? date.toISOString() : null;
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
    const values = text.split(",").filter((value) => allowed(field, value));
    return values.length === 0 ? [] : [{ field, values }];
  });
  return { tokens, words: search["q"] ?? "" };
}

/** The filter as it stands in an address and in a request. */
export function toSearch(filter: Filter): SearchWords {
  const search: SearchWords = Object.fromEntries(filter.tokens.map(({ field, values }) => [field, values.join(",")]));
  if (filter.words !== "") search["q"] = filter.words;
  return search;
}

/** What may be typed next: names of fields first, then the values of the one that is typed. */
export function suggestions(typed: string, vocabulary: Vocabulary, known: { [field: string]: readonly string[] }): Suggestion[] {
  const text = typed.trimStart().toLowerCase();
  const parts = IS.exec(`${text} `)?.groups ?? (/^(?<name>[\p{L}_ ]+?)\s*(?::|=|\s(?:is|ist))\s*$/iu.exec(text)?.groups);
  const name = parts?.["name"]?.trim() ?? "";
  const field = vocabulary.fields[name] ?? (isField(name) ? name : undefined);
  if (field !== undefined) {
    const begun = (parts?.["value"] ?? "").trim();
    const values: readonly string[] = FIELDS[field] ?? known[field] ?? [];
    return values
      .filter((value) => value.includes(begun.replaceAll(" ", "_")) || labelStarts(vocabulary, value, begun))
      .map((value) => ({ kind: "value", field, value }));
  }
  return fields
    .filter((one) => text === "" || one.startsWith(text) || fieldStarts(vocabulary, one, text))
    .map((one) => ({ kind: "field", field: one }));
}

export type Suggestion = { kind: "field"; field: Field } | { kind: "value"; field: Field; value: string };

const fieldStarts = (vocabulary: Vocabulary, field: Field, begun: string) =>
  Object.entries(vocabulary.fields).some(([label, one]) => one === field && label.startsWith(begun));
const labelStarts = (vocabulary: Vocabulary, value: string, begun: string) =>
  Object.entries(vocabulary.values).some(([label, one]) => one === value && label.startsWith(begun));
