/** What the app believes about the server is what the server's own description says. */
import { describe, expect, it } from "vitest";
import { AppTypes, differences, readDocument, shapeOfSchema } from "./wire";

const document = readDocument();
const app = new AppTypes();
const plain = (path: string) => path.replace(/{[^}]*}/g, "{}");
const served = new Map(
  Object.entries(document["paths"] as Record<string, Record<string, any>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => [`${method.toUpperCase()} ${plain(path)}`, described] as const),
  ),
);
const called = [...app.operations()];

function answerOf(described: any): any {
  const status = Object.keys(described.responses).find((one) => one.startsWith("2"));
  return described.responses[status ?? ""]?.content?.["application/json"]?.schema ?? null;
}

describe("the types of the app", () => {
  it("covers what the app calls", () => expect(called.length).toBeGreaterThan(30));

  it.each(called)("$method $path is as the server describes it", ({ method, path, type }) => {
    const described = served.get(`${method} ${plain(path)}`);
    expect(described, "the server has no such operation").toBeDefined();
    const found: string[] = [];
    const answer = app.inside(type, "responses", "200", "content", "application/json");
    if (answer !== null) {
      const schema = answerOf(described);
      found.push(...(schema === null ? ["the server answers no JSON"] : differences(app.shape(answer), shapeOfSchema(schema, document), "answer", "answer")));
    }
    const body = app.inside(type, "requestBody", "content", "application/json");
    if (body !== null) {
      const schema = described.requestBody?.content?.["application/json"]?.schema ?? { type: "object" };
      found.push(...differences(app.shape(body), shapeOfSchema(schema, document), "body", "body"));
    }
    const query = app.inside(type, "parameters", "query");
    const known = new Set((described.parameters ?? []).filter((one: any) => one.in === "query").map((one: any) => one.name));
    for (const name of query === null ? [] : (app.shape(query).fields?.keys() ?? [])) {
      if (!known.has(name)) found.push(`the server knows no parameter ${name}`);
    }
    expect(found).toEqual([]);
  });
});

describe("the comparison", () => {
  const shape = (schema: object) => shapeOfSchema(schema, document);
  const object = (properties: object, required: string[] = []) => shape({ type: "object", properties, required });
  const text = { type: "string" };

  it.each([
    ["a field that is not there", object({ a: text }, ["a"]), object({}), "answer", ".a: the server knows no such field"],
    ["null that nobody expects", shape(text), shape({ anyOf: [text, { type: "null" }] }), "answer", "may send null"],
    ["a number for a text", object({ a: text }), object({ a: { type: "integer" } }), "answer", ".a: the server may send number"],
    ["a word that is new", shape({ enum: ["x"] }), shape({ enum: ["x", "y"] }), "answer", "y is not known"],
    ["a list of something else", shape({ type: "array", items: text }), shape({ type: "array", items: { type: "boolean" } }), "answer", "[]: "],
    ["what the server requires", object({}), object({ a: text }, ["a"]), "body", ".a: the server requires it"],
    ["what may be left out", object({ a: text }, ["a"]), object({ a: text }), "answer", "may leave it out"],
  ] as const)("finds %s", (_, ours, theirs, direction, told) => {
    expect(differences(ours, theirs, "x", direction).join()).toContain(told);
  });

  it("accepts less in a body, and more in an answer", () => {
    expect(differences(object({ a: text }), object({ a: text, b: text }), "x", "body")).toEqual([]);
    expect(differences(object({ a: text }, ["a"]), object({ a: text, b: text }, ["a", "b"]), "x", "answer")).toEqual([]);
  });
});
