/** Compares the types the app writes by hand with the OpenAPI document that the server's code gives. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

type Schema = { [name: string]: any }; // a part of an OpenAPI document
/** What a value may be, in words that TypeScript and JSON Schema share. */
export interface Shape {
  kinds: Set<string>;
  /** The only words a text may be; null where any is possible. */
  words: Set<string> | null;
  item: (() => Shape) | null;
  fields: Map<string, Field> | null;
  /** Whether an object may hold fields that nobody has named. */
  open: boolean;
  /** What it is, to compare nothing twice. */
  id: unknown;
}
interface Field {
  shape: () => Shape;
  optional: boolean;
}
/** `answer`: the server writes, the app reads. `body`: the app writes, the server reads. */
export type Direction = "answer" | "body";

const here = (path: string) => join(dirname(fileURLToPath(import.meta.url)), path);
export const readDocument = (): Schema => JSON.parse(readFileSync(here("../../docs/reference/openapi.json"), "utf8")) as Schema;

const ANY = ["any"];
const EVERY = ["array", "boolean", "null", "number", "object", "string"];

/* ---- the app's side ---- */

/** The type of every operation the app calls, as `GET /v1/items`. */
export class AppTypes {
  private readonly program = ts.createProgram([here("../src/api/paths.ts")], {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  });
  private readonly checker = this.program.getTypeChecker();

  *operations(): Generator<{ method: string; path: string; type: ts.Type }> {
    const source = this.program.getSourceFile(here("../src/api/paths.ts"));
    const paths = source?.statements.find((one): one is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(one) && one.name.text === "paths");
    if (paths === undefined) throw new Error("src/api/paths.ts has no interface `paths`");
    for (const path of this.checker.getTypeAtLocation(paths).getProperties()) {
      const methods = this.checker.getTypeOfSymbol(path);
      for (const method of methods.getProperties()) {
        yield { method: method.name.toUpperCase(), path: path.name, type: this.checker.getTypeOfSymbol(method) };
      }
    }
  }

  /** The type behind names, such as `requestBody`, `content`; null where there is none. */
  inside(type: ts.Type, ...names: string[]): ts.Type | null {
    let found: ts.Type | null = type;
    for (const name of names) {
      const property: ts.Symbol | undefined = found === null ? undefined : this.checker.getNonNullableType(found).getProperty(name);
      found = property === undefined ? null : this.checker.getTypeOfSymbol(property);
    }
    return found === null || found.flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Never) ? null : found;
  }

  shape(type: ts.Type): Shape {
    const shape = empty(type);
    for (const one of type.isUnion() ? type.types : [type]) this.add(shape, one);
    return closed(shape);
  }

  private add(shape: Shape, type: ts.Type): void {
    const { flags } = type;
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) shape.kinds.add("any");
    else if (flags & ts.TypeFlags.Null) shape.kinds.add("null");
    else if (flags & ts.TypeFlags.StringLike) addText(shape, type.isStringLiteral() ? [type.value] : null);
    else if (flags & ts.TypeFlags.NumberLike) shape.kinds.add("number");
    else if (flags & ts.TypeFlags.BooleanLike) shape.kinds.add("boolean");
    else if (this.checker.isArrayType(type) || this.checker.isTupleType(type)) {
      shape.kinds.add("array");
      const [item] = this.checker.getTypeArguments(type as ts.TypeReference);
      if (item !== undefined) shape.item = () => this.shape(item);
    } else if (!(flags & ts.TypeFlags.Undefined)) this.addObject(shape, type);
  }

  private addObject(shape: Shape, type: ts.Type): void {
    const fields = new Map<string, Field>();
    for (const one of type.getProperties()) {
      const optional = (one.flags & ts.SymbolFlags.Optional) !== 0;
      fields.set(one.name, { shape: () => this.shape(this.checker.getTypeOfSymbol(one)), optional });
    }
    addFields(shape, fields, this.checker.getIndexInfoOfType(type, ts.IndexKind.String) !== undefined);
  }
}

/* ---- the server's side ---- */

export function shapeOfSchema(schema: Schema, document: Schema): Shape {
  const shape = empty(schema);
  addSchema(shape, schema, document);
  return closed(shape);
}

function addSchema(shape: Shape, schema: Schema, document: Schema): void {
  if (schema["$ref"] !== undefined) {
    const name = String(schema["$ref"]).replace(/^.*\//, "");
    shape.id = name;
    return addSchema(shape, document["components"].schemas[name] as Schema, document);
  }
  const several = schema["anyOf"] ?? schema["oneOf"] ?? schema["allOf"];
  if (several !== undefined) return (several as Schema[]).forEach((one) => addSchema(shape, one, document));
  const words = schema["enum"] ?? (schema["const"] === undefined ? undefined : [schema["const"]]);
  if (words !== undefined && typeof words[0] === "string") return addText(shape, words as string[]);
  for (const kind of schema["type"] === undefined ? ANY : [schema["type"]].flat()) addKind(shape, String(kind), schema, document);
}

function addKind(shape: Shape, kind: string, schema: Schema, document: Schema): void {
  if (kind === "string") return addText(shape, null);
  if (kind === "array") shape.item = () => shapeOfSchema((schema["items"] ?? {}) as Schema, document);
  if (kind !== "object") return void shape.kinds.add(kind === "integer" ? "number" : kind);
  const must = new Set<string>(schema["required"] ?? []);
  const fields = new Map<string, Field>();
  for (const [name, one] of Object.entries((schema["properties"] ?? {}) as Schema)) {
    fields.set(name, { shape: () => shapeOfSchema(one as Schema, document), optional: !must.has(name) });
  }
  addFields(shape, fields, schema["properties"] === undefined || (schema["additionalProperties"] ?? false) !== false);
}

/* ---- both ---- */

const empty = (id: unknown): Shape => ({ kinds: new Set(), words: new Set(), item: null, fields: null, open: false, id });

function addText(shape: Shape, words: string[] | null): void {
  shape.kinds.add("string");
  shape.words = words === null || shape.words === null ? null : new Set([...shape.words, ...words]);
}

/** Of several kinds of object, what one of them lacks is optional. */
function addFields(shape: Shape, fields: Map<string, Field>, open: boolean): void {
  shape.open ||= open;
  if (shape.fields === null) shape.fields = fields;
  else {
    for (const [name, one] of shape.fields) if (!fields.has(name)) shape.fields.set(name, { ...one, optional: true });
    for (const [name, one] of fields) if (!shape.fields.has(name)) shape.fields.set(name, { ...one, optional: true });
  }
  shape.kinds.add("object");
}

function closed(shape: Shape): Shape {
  if (!shape.kinds.has("string") || shape.words?.size === 0) shape.words = null;
  if (EVERY.every((kind) => shape.kinds.has(kind))) shape.kinds = new Set(ANY);
  return shape;
}

/** Where the app's idea of a value and the server's differ. */
export function differences(app: Shape, server: Shape, where: string, direction: Direction, seen = new Set<string>()): string[] {
  if (app.kinds.has("any") || server.kinds.has("any")) return [];
  const found: string[] = [];
  const [writer, reader] = direction === "answer" ? [server, app] : [app, server];
  const missing = [...writer.kinds].filter((kind) => !reader.kinds.has(kind));
  if (missing.length > 0) found.push(`${where}: the ${direction === "answer" ? "server" : "app"} may send ${missing.join(", ")}`);
  const extra = [...app.kinds].filter((kind) => !server.kinds.has(kind) && !missing.includes(kind));
  if (extra.length > 0) found.push(`${where}: the app thinks of ${extra.join(", ")}, the server never does`);
  if (app.words !== null && server.words !== null) {
    const [said, known] = direction === "answer" ? [server.words, app.words] : [app.words, server.words];
    const unknown = [...said].filter((word) => !known.has(word));
    if (unknown.length > 0) found.push(`${where}: ${unknown.join(", ")} is not known to the other`);
  }
  if (app.item !== null && server.item !== null) found.push(...deeper(app.item(), server.item(), `${where}[]`, direction, seen));
  found.push(...ofFields(app, server, where, direction, seen));
  return found;
}

function ofFields(app: Shape, server: Shape, where: string, direction: Direction, seen: Set<string>): string[] {
  const found: string[] = [];
  if (app.fields === null || server.fields === null) return found;
  for (const [name, field] of app.fields) {
    const other = server.fields.get(name);
    if (other === undefined) {
      if (!server.open) found.push(`${where}.${name}: the server knows no such field`);
      continue;
    }
    if (direction === "answer" && !field.optional && other.optional) found.push(`${where}.${name}: the server may leave it out`);
    if (direction === "body" && field.optional && !other.optional) found.push(`${where}.${name}: the server requires it`);
    found.push(...deeper(field.shape(), other.shape(), `${where}.${name}`, direction, seen));
  }
  if (direction === "body" && !app.open) {
    for (const [name, field] of server.fields) {
      if (!field.optional && !app.fields.has(name)) found.push(`${where}.${name}: the server requires it`);
    }
  }
  return found;
}

/** Named schemas are compared once; a shape may hold itself. */
function deeper(app: Shape, server: Shape, where: string, direction: Direction, seen: Set<string>): string[] {
  if (where.split(/[.[]/).length > 12) return [];
  if (typeof server.id === "string") {
    const name = `${server.id} ${direction} ${(app.id as { symbol?: { name: string } }).symbol?.name ?? where}`;
    if (seen.has(name)) return [];
    seen.add(name);
  }
  return differences(app, server, where, direction, seen);
}
