import { describe, expect, it } from "vitest";
import { fromSearch, noFilter, parse, suggestions, toSearch, type Vocabulary, withoutField, withToken } from "./filters";

const german: Vocabulary = {
  fields: { urteil: "verdict", status: "status", warteschlange: "queue", "eingang ab": "received_from" },
  values: { bearbeitet: "edit", abgelehnt: "reject", freigegeben: "released" },
};

describe("parse", () => {
  it.each([
    ["status is released", { field: "status", values: ["released"] }],
    ["status:released", { field: "status", values: ["released"] }],
    ["Status = Released", { field: "status", values: ["released"] }],
    ["verdict is edit or reject", { field: "verdict", values: ["edit", "reject"] }],
    ["Urteil ist bearbeitet oder abgelehnt", { field: "verdict", values: ["edit", "reject"] }],
    ["verdict: edit, edit", { field: "verdict", values: ["edit"] }],
    ["state is in review", { field: "state", values: ["in_review"] }],
    ["Warteschlange ist payout-letters", { field: "queue", values: ["payout-letters"] }],
  ])("reads %j", (typed, token) => expect(parse(typed, german)).toEqual({ kind: "token", token }));

  it.each(["excess for tap water", "note: pay at once", "EUR 4.120", "ist", "status"])("searches for %j as words", (typed) =>
    expect(parse(typed, german)).toEqual({ kind: "words", words: typed }),
  );

  it("says which value is not known", () => {
    expect(parse("status is gone", german)).toEqual({ kind: "unknown_value", field: "status", value: "gone" });
    expect(parse("received_from: soon", german)).toMatchObject({ kind: "unknown_value", field: "received_from" });
    expect(parse("confidence_from: 1.4", german)).toMatchObject({ kind: "unknown_value" });
    expect(parse("confidence_from: 0.4", german)).toMatchObject({ kind: "token" });
    expect(parse("received_from: 2026-02-31", german).kind).toBe("token"); // a browser reads it as 3 March
  });

  it("takes a day as its midnight here", () => {
    const parsed = parse("Eingang ab: 2026-11-18", german);
    expect(parsed).toEqual({
      kind: "token",
      token: { field: "received_from", values: [new Date(2026, 10, 18).toISOString()] },
    });
  });

  it("makes nothing of nothing", () => expect(parse("   ", german)).toEqual({ kind: "nothing" }));
});

describe("a filter", () => {
  it("joins values of one field and replaces a date", () => {
    const one = withToken(noFilter, { field: "verdict", values: ["edit"] });
    const two = withToken(one, { field: "verdict", values: ["reject", "edit"] });
    expect(two.tokens).toEqual([{ field: "verdict", values: ["edit", "reject"] }]);
    const day = withToken(two, { field: "received_from", values: ["2026-11-01T00:00:00.000Z"] });
    const later = withToken(day, { field: "received_from", values: ["2026-11-02T00:00:00.000Z"] });
    expect(later.tokens[1]?.values).toEqual(["2026-11-02T00:00:00.000Z"]);
    expect(withoutField(later, "verdict").tokens).toHaveLength(1);
  });

  it("goes to the address and back", () => {
    const filter = withToken({ tokens: [], words: "hail" }, { field: "verdict", values: ["edit", "reject"] });
    expect(toSearch(filter)).toEqual({ verdict: "edit,reject", q: "hail" });
    expect(fromSearch(toSearch(filter))).toEqual(filter);
  });

  it("takes nothing from an address that is not on the list", () => {
    expect(fromSearch({ status: "released,evil", drop: "table", item: "1", __proto__x: "1" })).toEqual({
      tokens: [{ field: "status", values: ["released"] }],
      words: "",
    });
  });
});

describe("suggestions", () => {
  it("offers fields, then the values of the field", () => {
    expect(suggestions("ver", german, {})).toEqual([{ kind: "field", field: "verdict" }]);
    expect(suggestions("Urteil ist ", german, {}).map((one) => "value" in one && one.value)).toEqual(["approve", "edit", "reject"]);
    expect(suggestions("verdict: bea", german, {})).toEqual([{ kind: "value", field: "verdict", value: "edit" }]);
    expect(suggestions("queue is pay", german, { queue: ["payout-letters", "refunds"] })).toEqual([
      { kind: "value", field: "queue", value: "payout-letters" },
    ]);
  });
  it("offers all fields at first", () => expect(suggestions("", german, {})).toHaveLength(16));
});
