import { describe, expect, it } from "vitest";
import type { JsonObject } from "@/api/schema";
import { namesIn, offersAt } from "./completion";
import { descriptionAt } from "./language";
import { placeAt } from "./yaml-place";

/** The place at the `^` of a text. */
const at = (text: string) => placeAt(text.replace("^", ""), text.indexOf("^"));

describe("the place in a text", () => {
  it.each([
    ["^", [], "key"],
    ["pol^", [], "key"],
    ["policy: ^", ["policy"], "value"],
    ["queues:\n  ^", ["queues"], "key"],
    ["queues:\n  junior:\n    de^", ["queues", "junior"], "key"],
    ["queues:\n  junior:\n    kind: e^", ["queues", "junior", "kind"], "value"],
    ["queues:\n  junior: {}\n^", [], "key"],
    ["queues:\n  junior: {kind: expert}\n  senior:\n    ^", ["queues", "senior"], "key"],
    ["queues:\n  junior: {ki^", ["queues", "junior"], "key"],
    ["queues:\n  junior: {kind: ^", ["queues", "junior", "kind"], "value"],
    ["queues:\n  junior: {kind: expert, le^", ["queues", "junior"], "key"],
    ["queues: {junior: {at_breach: {elevate: ^", ["queues", "junior", "at_breach", "elevate"], "value"],
    ["review:\n  - ^", ["review", "[]"], "key"],
    ["review:\n  - name: a\n    ^", ["review", "[]"], "key"],
    ["review:\n  - name: a\n    queue: ^", ["review", "[]", "queue"], "value"],
    ["review:\n  - name: a\n  - qu^", ["review", "[]"], "key"],
    ["review:\n- name: a\n- queue: ^", ["review", "[]", "queue"], "value"],
    ["review:\n  - {name: a, when: \"conf^", ["review", "[]", "when"], "value"],
    ["review: # a: comment {\n  - {queue: ^", ["review", "[]", "queue"], "value"],
    ["bands:\n  rows:\n    - {above: 0.9, then: ^", ["bands", "rows", "[]", "then"], "value"],
    ["autonomy:\n  segments: {\"claims:letter\": ^", ["autonomy", "segments", "claims:letter"], "value"],
    ["fallback: |\n  queues: {\n  a\nnot_run: ^", ["not_run"], "value"],
  ])("%j", (text, path, kind) => {
    expect(at(text)).toMatchObject({ path, kind });
  });

  it("survives any half-written text", () => {
    const text = "policy: 1\nqueues: {a: {x: ['\"\n- - -\n  : : {]]}} &a *b !!c |\n\t\t#";
    for (let offset = 0; offset <= text.length; offset++) expect(placeAt(text, offset).from).toBeLessThanOrEqual(offset);
  });
});

const language: JsonObject = {
  properties: {
    queues: {
      patternProperties: {
        "^[a-z]+$": {
          properties: {
            kind: { enum: ["expert", "supervisor"], description: "Whom it needs." },
            hours: { type: "string" },
            hide_scores: { type: "boolean" },
            at_breach: { anyOf: [{ enum: ["fallback", "block"] }, { type: "object", properties: { elevate: { type: "string" } } }] },
          },
        },
      },
    },
    review: { items: { properties: { queue: { type: "string" }, when: { type: "string" } } } },
  },
};
const text = "queues: {junior: {}, senior: {}}\nchecks: {pii: {}}\ncategories: {tone: {}}\nmetadata: {amount: {type: number}}\nhours: {desk: {}}\n";
const offered = (more: string) => {
  const whole = text + more;
  const offset = whole.indexOf("^");
  const clean = whole.replace("^", "");
  return offersAt(placeAt(clean, offset), language, namesIn(clean), clean.slice(clean.lastIndexOf("\n", offset - 1) + 1, offset)).map((one) => one.label);
};

describe("what is offered", () => {
  it("keys of the language, also inside another shape", () => {
    expect(offered("queues:\n  a:\n    ^")).toEqual(["kind", "hours", "hide_scores", "at_breach"]);
    expect(offered("queues:\n  a: {at_breach: {^")).toEqual(["elevate"]);
  });
  it("words of closed lists", () => {
    expect(offered("queues:\n  a: {kind: ^")).toEqual(["expert", "supervisor"]);
    expect(offered("queues:\n  a: {hide_scores: ^")).toEqual(["true", "false"]);
    expect(offered("queues:\n  a: {at_breach: ^")).toEqual(["fallback", "block"]);
  });
  it("names of the document", () => {
    expect(offered("review:\n  - {queue: ^")).toEqual(["junior", "senior"]);
    expect(offered("review:\n  - queue: ^")).toEqual(["junior", "senior"]);
  });
  it("in a condition: checks, categories and metadata where they belong, else variables and functions", () => {
    expect(offered("review:\n  - {when: \"failed('^")).toEqual(["pii"]);
    expect(offered("review:\n  - {when: \"found('^")).toEqual(["tone"]);
    expect(offered("review:\n  - {when: \"metadata.^")).toEqual(["amount"]);
    expect(offered("review:\n  - {when: \"^")).toEqual(expect.arrayContaining(["confidence", "flagged", "has"]));
  });
  it("says what a key means", () => {
    expect(descriptionAt(language, ["queues", "a", "kind"])).toBe("Whom it needs.");
    expect(descriptionAt(language, ["nothing"])).toBeNull();
  });
  it("reads names from a text with faults, and none from a bomb", () => {
    expect(namesIn("queues: {a: {}, a: {}}\nbroken: [").queues).toEqual(["a"]);
    expect(namesIn("a: &a [1]\nqueues: *a").queues).toEqual([]);
  });
});
