/**
 * A JSON value as formatted lines that know their place in the canonical text (RFC 8785), in which findings count.
 */
import type { Json } from "@/api/schema";
import type { Range } from "./ranges";

export interface JsonNode extends Range {
  readonly path: string;
  readonly key: (Range & { readonly name: string }) | null;
  readonly value: JsonValue;
}

export type JsonValue =
  | { readonly kind: "plain"; readonly type: "string" | "number" | "boolean" | "null" }
  | { readonly kind: "object" | "array"; readonly children: readonly JsonNode[] };

export interface JsonLayout {
  /** The canonical text: what checks read. */
  readonly text: string;
  readonly root: JsonNode;
}

/** The canonical text of a value and the place of every key and value in it. */
export function jsonLayout(value: Json): JsonLayout {
  let text = "";
  const node = (one: Json, path: string, key: JsonNode["key"]): JsonNode => {
    const from = text.length;
    if (one === null || typeof one !== "object") {
      text += JSON.stringify(one);
      const type = one === null ? "null" : (typeof one as "string" | "number" | "boolean"); // JSON has no other plain types
      return { path, key, from, to: text.length, value: { kind: "plain", type } };
    }
    return Array.isArray(one) ? list(one, path, key, from) : object(one, path, key, from);
  };
  const list = (values: readonly Json[], path: string, key: JsonNode["key"], from: number): JsonNode => {
    text += "[";
    const children = values.map((one, at) => {
      if (at > 0) text += ",";
      return node(one, `${path}/${at}`, null);
    });
    text += "]";
    return { path, key, from, to: text.length, value: { kind: "array", children } };
  };
  const object = (value: { [key: string]: Json }, path: string, key: JsonNode["key"], from: number): JsonNode => {
    text += "{";
    const children = Object.keys(value)
      .sort() // RFC 8785 orders keys by UTF-16 units, as sort() does
      .map((name, at) => {
        if (at > 0) text += ",";
        const start = text.length;
        text += JSON.stringify(name);
        const own = { name, from: start, to: text.length };
        text += ":";
        return node(value[name] ?? null, `${path}/${name.replace(/~/g, "~0").replace(/\//g, "~1")}`, own);
      });
    text += "}";
    // Shown in the order in which they came, placed where they stand in the canonical text.
    const byName = new Map(children.map((child) => [child.key?.name, child]));
    const asGiven = Object.keys(value).flatMap((name) => byName.get(name) ?? []);
    return { path, key, from, to: text.length, value: { kind: "object", children: asGiven } };
  };
  const root = node(value, "", null);
  return { text, root };
}

/** The canonical text of a value. */
export const canonical = (value: Json): string => jsonLayout(value).text;

/** A value as a person edits it. */
export const pretty = (value: Json): string => JSON.stringify(value, null, 2);

export type ParsedJson = { readonly ok: true; readonly value: Json } | { readonly ok: false; readonly line: number; readonly message: string };

/** The value of an edited text, or the line where it stops being JSON. Keys that stand twice are refused. */
export function parseEdited(text: string): ParsedJson {
  let value: Json;
  try {
    value = JSON.parse(text) as Json; // JSON.parse gives JSON
  } catch (error) {
    const message = error instanceof Error ? error.message : "";
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    return { ok: false, line: text.slice(0, at).split("\n").length, message };
  }
  const twice = repeatedKey(text);
  return twice === null ? { ok: true, value } : { ok: false, line: twice.line, message: `"${twice.key}"` };
}

/** The first key that stands twice in one object of a text that is JSON. */
function repeatedKey(text: string): { key: string; line: number } | null {
  const open: (Set<string> | null)[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;
  let last: { key: string; at: number } | null = null;
  for (const match of text.matchAll(token)) {
    const sign = match[0];
    if (sign === "{") open.push(new Set());
    else if (sign === "[") open.push(null);
    else if (sign === "}" || sign === "]") open.pop();
    else if (sign === ":" && last) {
      const keys = open[open.length - 1];
      if (keys?.has(last.key)) return { key: last.key, line: text.slice(0, last.at).split("\n").length };
      keys?.add(last.key);
    }
    last = sign.startsWith('"') ? { key: JSON.parse(sign) as string, at: match.index } : null; // a JSON string literal
  }
  return null;
}
