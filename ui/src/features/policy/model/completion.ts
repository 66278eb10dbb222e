import { parseDocument } from "yaml";
import type { JsonObject } from "@/api/schema";
import { keysAt, type Word, wordsAt } from "./language";
import type { YamlPlace } from "./yaml-place";

/** Names a policy has given, to choose from elsewhere in it. */
export interface Names {
  queues: string[];
  checks: string[];
  categories: string[];
  metadata: string[];
  hours: string[];
}

const NONE: Names = { queues: [], checks: [], categories: [], metadata: [], hours: [] };

/** The names in `yaml`, as far as it can be read. */
export function namesIn(yaml: string): Names {
  try {
    const read: unknown = parseDocument(yaml, { uniqueKeys: false, logLevel: "silent" }).toJS({ maxAliasCount: 0 });
    if (typeof read !== "object" || read === null) return NONE;
    const top = read as JsonObject;
    const keys = (name: string) => {
      const value = top[name];
      return typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
    };
    return { queues: keys("queues"), checks: keys("checks"), categories: keys("categories"), metadata: keys("metadata"), hours: keys("hours") };
  } catch {
    return NONE;
  }
}

export interface Offer {
  label: string;
  /** What is written, where it is not the label. */
  apply?: string;
  /** Where it comes from: a key of the language, a word of a list, a name of this document, or CEL. */
  type: "property" | "enum" | "variable" | "function" | "constant";
  info?: string;
}

/** What conditions read, and the functions they may ask; the same words as in the server's `conditions.kinds`. */
const VARIABLES = [
  "output", "prompt", "confidence", "domain", "task", "language", "model", "prompt_version", "metadata", "consequence",
  "received_at", "autonomy", "step", "context", "candidates", "attempts", "tool", "end_user", "findings",
];
const FUNCTIONS = ["score", "label", "passed", "flagged", "failed", "ran", "found"];
const OWN_OF_CEL = ["has", "size", "startsWith", "endsWith", "contains", "matches", "exists", "all"];

const endsWith = (path: readonly string[], ...end: string[]) => end.every((one, at) => path.at(at - end.length) === one);

/** Whether a CEL expression stands at `path`. */
export function isCondition(path: readonly string[]): boolean {
  return path.at(-1) === "when" || endsWith(path, "bands", "on") || path.at(-1) === "priority";
}

/** What may be written at `place`, for the text `before` it in the same line. */
export function offersAt(place: YamlPlace, language: JsonObject, names: Names, before: string): Offer[] {
  if (place.kind === "value" && isCondition(place.path)) return inCondition(names, before);
  if (place.kind === "key") {
    return keysAt(language, place.path).map(({ word, description }: Word) => ({
      label: word, apply: `${word}: `, type: "property", info: description,
    }));
  }
  const own = ownNames(place.path, names).map((label): Offer => ({ label, type: "variable" }));
  return [...own, ...wordsAt(language, place.path).map((label): Offer => ({ label, type: "enum" }))];
}

function ownNames(path: readonly string[], names: Names): string[] {
  switch (path.at(-1)) {
    case "queue":
    case "elevate":
      return names.queues;
    case "category":
      return names.categories;
    case "hours":
      return path.length > 1 ? ["always", ...names.hours] : [];
    default:
      return [];
  }
}

/** Inside `when`: names of checks or categories inside a call, keys after `metadata.`, else variables and functions. */
function inCondition(names: Names, before: string): Offer[] {
  const call = /(\w+)\(\s*["']([^"')]*)$/.exec(before)?.[1];
  if (call === "found") return names.categories.map((label) => ({ label, type: "constant" }));
  if (call !== undefined && FUNCTIONS.includes(call)) return names.checks.map((label) => ({ label, type: "constant" }));
  if (/\bmetadata\.\w*$/.test(before)) return names.metadata.map((label) => ({ label, type: "variable" }));
  return [
    ...VARIABLES.map((label): Offer => ({ label, type: "variable" })),
    ...FUNCTIONS.map((label): Offer => ({ label, apply: `${label}('`, type: "function" })),
    ...OWN_OF_CEL.map((label): Offer => ({ label, apply: `${label}(`, type: "function" })),
  ];
}
