/** Changes one kind of error in the text of a policy and leaves every other sign of it as it was written. */
import { isMap, isNode, isScalar, type Pair, parseDocument, type YAMLMap } from "yaml";

/** The text with faults that no change may touch: it could end up anywhere. */
export class Unreadable extends Error {}

const nameOf = (pair: Pair): string => String(isScalar(pair.key) ? pair.key.value : pair.key);
const startOf = (value: unknown): number => (isNode(value) ? (value.range?.[0] ?? 0) : 0);
const endOf = (value: unknown): number => (isNode(value) ? (value.range?.[1] ?? 0) : 0);
const quoted = (name: string): string => (/^[a-z0-9][a-z0-9_.-]*$/.test(name) ? name : JSON.stringify(name));

function rootOf(yaml: string): YAMLMap | null {
  const document = parseDocument(yaml, { logLevel: "silent" });
  if (document.errors.length > 0) throw new Unreadable("the text has faults");
  return isMap(document.contents) ? document.contents : null;
}

const pairOf = (map: YAMLMap | null, name: string): Pair | undefined => map?.items.find((one) => nameOf(one) === name);
const splice = (text: string, from: number, to: number, put: string) => text.slice(0, from) + put + text.slice(to);
const lineStart = (text: string, at: number) => text.lastIndexOf("\n", at - 1) + 1;

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end === -1 ? text.length : end;
}

const asWritten = (severity: string, tolerate: string | null) =>
  tolerate === null ? `{severity: ${severity}}` : `{severity: ${severity}, tolerate: ${tolerate}}`;

/** The text with one kind of error added or changed. Raises Unreadable. */
export function withCategory(yaml: string, name: string, severity: string, tolerate: string | null): string {
  const shown = tolerate === null || tolerate.trim() === "" ? null : tolerate.trim();
  const root = rootOf(yaml);
  const group = pairOf(root, "categories");
  const before = isMap(group?.value) ? pairOf(group.value, name) : undefined;
  if (before !== undefined) return changed(yaml, before, severity, shown);
  return added(yaml, root, group, `${quoted(name)}: ${asWritten(severity, shown)}`);
}

function changed(yaml: string, pair: Pair, severity: string, tolerate: string | null): string {
  const { value } = pair;
  const colon = endOf(pair.key);
  if (!isMap(value) && yaml.charAt(colon) !== ":") return splice(yaml, colon, colon, `: ${asWritten(severity, tolerate)}`);
  if (!isMap(value) || value.flow === true) {
    const from = isNode(value) && endOf(value) > startOf(value) ? startOf(value) : endOf(pair.key) + 1;
    const to = isNode(value) ? Math.max(endOf(value), from) : from;
    return splice(yaml, from, to, (yaml.charAt(from - 1) === ":" ? " " : "") + asWritten(severity, tolerate));
  }
  let text = yaml;
  const indent = " ".repeat(startOf(value) - lineStart(yaml, startOf(value)));
  const limit = pairOf(value, "tolerate");
  if (limit !== undefined && tolerate === null) {
    const from = lineStart(text, startOf(limit.key));
    text = splice(text, from, Math.min(lineEnd(text, endOf(limit.value)) + 1, text.length), "");
    if (value.items.length === 1) return splice(text, from, from, `${indent}severity: ${severity}\n`);
  } else if (limit !== undefined) text = splice(text, startOf(limit.value), endOf(limit.value), tolerate ?? "");
  const own = pairOf(value, "severity");
  const limitCame = limit === undefined && tolerate !== null ? `tolerate: ${tolerate}` : null;
  // From the end of the text to its beginning, so that places found before still hold; `severity` usually comes first.
  const moved = own !== undefined && limit !== undefined && startOf(limit.key) < startOf(own.key);
  const shift = moved ? text.length - yaml.length : 0;
  if (own === undefined) return splice(text, startOf(value), startOf(value), `severity: ${severity}\n${indent}`);
  if (limitCame !== null) {
    const end = lineEnd(text, endOf(own.value) + shift);
    text = splice(text, end, end, `\n${indent}${limitCame}`);
  }
  return splice(text, startOf(own.value) + shift, endOf(own.value) + shift, severity);
}

function added(yaml: string, root: YAMLMap | null, group: Pair | undefined, entry: string): string {
  const value = group?.value;
  if (isMap(value) && value.items.length > 0) return appended(yaml, value, entry);
  if (group !== undefined) {
    const from = isNode(value) && endOf(value) > startOf(value) ? startOf(value) : endOf(group.key) + 1;
    const to = isNode(value) ? Math.max(endOf(value), from) : from;
    return splice(yaml, from, to, `${yaml.charAt(from - 1) === ":" ? " " : ""}{${entry}}`);
  }
  if (root !== null && root.flow === true) return appended(yaml, root, `categories: {${entry}}`);
  const end = yaml === "" || yaml.endsWith("\n") ? "" : "\n";
  return `${yaml}${end}categories:\n  ${entry}\n`;
}

/** One more entry at the end of a group, in the way the group is written. */
function appended(yaml: string, map: YAMLMap, entry: string): string {
  const last = map.items.at(-1);
  if (map.flow === true || last === undefined) {
    const end = isNode(last?.value) && endOf(last.value) > startOf(last.value) ? endOf(last.value) : endOf(last?.key);
    return last === undefined ? splice(yaml, startOf(map) + 1, startOf(map) + 1, entry) : splice(yaml, end, end, `, ${entry}`);
  }
  const first = startOf(map.items[0]?.key);
  const indent = " ".repeat(first - lineStart(yaml, first));
  const end = lineEnd(yaml, Math.max(lastSign(yaml, last), endOf(last.key)));
  return splice(yaml, end, end, `\n${indent}${entry}`);
}

/** The last sign of a value that is not space: a group written in lines ends with the line after it. */
function lastSign(yaml: string, pair: Pair): number {
  const end = isNode(pair.value) ? endOf(pair.value) : endOf(pair.key);
  return yaml.slice(0, end).trimEnd().length;
}

/** The text without one kind of error. Raises Unreadable. */
export function withoutCategory(yaml: string, name: string): string {
  const group = pairOf(rootOf(yaml), "categories");
  const pair = isMap(group?.value) ? pairOf(group.value, name) : undefined;
  if (!isMap(group?.value) || pair === undefined) return yaml;
  const map = group.value;
  if (map.items.length === 1) {
    const to = lineEnd(yaml, lastSign(yaml, pair));
    return map.flow === true ? splice(yaml, startOf(map), endOf(map), "{}") : splice(yaml, endOf(group.key) + 1, to, " {}");
  }
  const at = map.items.indexOf(pair);
  if (map.flow !== true) {
    return splice(yaml, lineStart(yaml, startOf(pair.key)), Math.min(lineEnd(yaml, lastSign(yaml, pair)) + 1, yaml.length), "");
  }
  const next = map.items[at + 1];
  const before = map.items[at - 1];
  if (next !== undefined) return splice(yaml, startOf(pair.key), startOf(next.key), "");
  return splice(yaml, lastSign(yaml, before ?? pair), lastSign(yaml, pair), "");
}
