import { describe, expect, it } from "vitest";
import { fromSearch, noFilter, parse, suggestions, toSearch, type Token, type Vocabulary, withoutField, withToken } from "./filters";

const german: Vocabulary = {
  fields: { urteil: "verdict", status: "status", warteschlange: "queue", "eingang ab": "received_from" },
  values: { "verdict bearbeitet": "edit", "verdict abgelehnt": "reject", "status freigegeben": "released" },
  zone: "Europe/Berlin",
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
    expect(parse("overdue: false", german)).toMatchObject({ kind: "unknown_value" });
  });

  it.each([
    ["2026-11-18", "2026-11-17T23:00:00.000Z"],
    ["2026-07-01", "2026-06-30T22:00:00.000Z"],
    ["2026-03-29", "2026-03-28T23:00:00.000Z"], // the clocks go forward on that day
    ["2026-03-30", "2026-03-29T22:00:00.000Z"],
    ["2026-10-25", "2026-10-24T22:00:00.000Z"],
  ])("takes %s as its midnight in the zone of the project", (day, moment) => {
    const parsed = parse(`Eingang ab: ${day}`, german);
    expect(parsed).toEqual({ kind: "token", token: { field: "received_from", values: [moment] } });
  });

  it("reads metadata keys and values with commas", () => {
    const token = { field: "metadata.Customer", values: ["Smith, Anna", "Jones"] };
    expect(parse("metadata.Customer: Smith\\, Anna, Jones", german)).toEqual({ kind: "token", token });
    expect(fromSearch(toSearch({ tokens: [token as Token], words: "" })).tokens).toEqual([token]);
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

const payout = { value: "payout-letters", count: 3, count_is: "exact" };

describe("suggestions", () => {
  it("offers fields, then the values of the field", () => {
    expect(suggestions("ver", german)).toEqual([{ kind: "field", field: "verdict" }]);
    expect(suggestions("Urteil ist ", german).map((one) => "value" in one && one.value)).toEqual(["approve", "edit", "reject"]);
    expect(suggestions("verdict: bea", german)).toEqual([{ kind: "value", field: "verdict", value: "edit", count: null }]);
    expect(suggestions("queue is pay", german, [payout, { ...payout, value: "refunds" }])).toEqual([
      { kind: "value", field: "queue", value: "payout-letters", count: payout },
    ]);
    expect(suggestions("cust", german, [], ["metadata.customer"])).toEqual([{ kind: "field", field: "metadata.customer" }]);
  });
  it("offers all fields at first", () => expect(suggestions("", german)).toHaveLength(24));
});
