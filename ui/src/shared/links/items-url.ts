/** The filters of `GET /v1/items`, as they also stand in the address of the items page. */
export type ItemFilters = { [name: string]: string | number | boolean | readonly string[] | null | undefined };

/** One value of a filter; a comma that belongs to it has a backslash in front. */
const escaped = (value: string) => value.replaceAll(",", "\\,");

/** The values of a filter: `pending,released` are two, `Smith\, Anna` is one. */
export const splitValues = (text: string): string[] => text.split(/(?<!\\),/).map((one) => one.replaceAll("\\,", ","));
export const joinValues = (values: readonly string[]): string => values.map(escaped).join(",");

/** From a number to the items behind it: `/items?queue=senior&overdue=true`. The server's `items_url` makes the same. */
export function itemsUrl(filters: ItemFilters): string {
  const text = writeSearch(searchOf(filters));
  return `/items${text}`;
}

/** The same for the router's `search`; what is null is left out. */
export function searchOf(filters: ItemFilters): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(filters).flatMap(([name, value]) => {
      if (value === null || value === undefined) return [];
      if (Array.isArray(value)) return [[name, joinValues(value)]];
      return [[name, typeof value === "string" ? escaped(value) : String(value)]];
    }),
  );
}

/** A search as plain parameters, commas and colons readable; what is no text is written as JSON. */
export function writeSearch(search: { [name: string]: unknown }): string {
  const parts = Object.entries(search)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${encode(name)}=${encode(typeof value === "string" ? value : JSON.stringify(value))}`);
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

const encode = (text: string) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(/%(2C|3A)/g, decodeURIComponent);

/** Reads it back. Only what JSON writes exactly alike becomes a number or a truth value: a key such as 007 stays text. */
export function readSearch(text: string): { [name: string]: unknown } {
  return Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, valueOf(value)]));
}

function valueOf(text: string): unknown {
  if (text === "true") return true;
  if (text === "false") return false;
  const number = Number(text);
  return text !== "" && Number.isSafeInteger(number) && String(number) === text ? number : text;
}
