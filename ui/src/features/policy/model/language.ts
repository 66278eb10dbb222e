import type { JsonObject } from "@/api/schema";

/** One step into the JSON Schema of the language: those that `key` may lead to. */
function into(schemas: readonly JsonObject[], key: string): JsonObject[] {
  return schemas.flatMap((schema) => {
    if (key === "[]") return objects([schema["items"]]);
    const properties = object(schema["properties"]);
    const own = object(properties?.[key]);
    if (own !== null) return alternatives(own);
    return Object.values(object(schema["patternProperties"]) ?? {}).flatMap((one) => alternatives(object(one)));
  });
}

const object = (value: unknown): JsonObject | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
const objects = (values: unknown[]): JsonObject[] => values.flatMap((value) => alternatives(object(value)));

/** The schema itself and what stands under `anyOf`, so that each can be asked. */
function alternatives(schema: JsonObject | null): JsonObject[] {
  if (schema === null) return [];
  const inner = Array.isArray(schema["anyOf"]) ? schema["anyOf"] : [];
  return [schema, ...inner.flatMap((one) => alternatives(object(one)))];
}

/** What the language says of the key or entry at `path`. */
export function schemasAt(language: JsonObject, path: readonly string[]): JsonObject[] {
  return path.reduce<JsonObject[]>((schemas, key) => into(schemas, key), alternatives(language));
}

export interface Word {
  word: string;
  description: string;
}

/** The keys that may stand at `path`, with what they mean. */
export function keysAt(language: JsonObject, path: readonly string[]): Word[] {
  const found = schemasAt(language, path).flatMap((schema) => Object.entries(object(schema["properties"]) ?? {}));
  return found.map(([word, schema]) => ({ word, description: String(object(schema)?.["description"] ?? "") }));
}

/** The words of a closed list that may stand at `path`. */
export function wordsAt(language: JsonObject, path: readonly string[]): string[] {
  return schemasAt(language, path).flatMap((schema) => {
    if (Array.isArray(schema["enum"])) return schema["enum"].filter((one) => typeof one === "string");
    if (schema["type"] === "boolean") return ["true", "false"];
    if ("const" in schema) return [String(schema["const"])];
    return [];
  });
}

/** The sentence about the key at `path`, null where the language knows none. */
export function descriptionAt(language: JsonObject, path: readonly string[]): string | null {
  const found = schemasAt(language, path).find((schema) => typeof schema["description"] === "string");
  return found === undefined ? null : String(found["description"]);
}
