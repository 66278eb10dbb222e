import { describe, expect, it } from "vitest";
import { bodyOf, fromSearch, isBackwards, searchOf, withoutField, withValue } from "./asked";

describe("what an address asks for", () => {
  it("takes along what exports know, and names what they do not", () => {
    const { asked, unknown } = fromSearch({ new: "true", format: "csv", domain: "claims,Smith\\, Anna", verdict: "edit", q: "hail", sort: "key", "metadata.claim": "7" });
    expect(bodyOf(asked)).toEqual({ format: "csv", filters: { domain: ["claims", "Smith, Anna"], verdict: ["edit"] }, masked: true });
    expect(unknown).toEqual(["q", "metadata.claim"]);
  });

  it("leaves out values that nothing decided can have", () => {
    expect(fromSearch({ status: "pending,released" }).asked.values).toEqual({ status: ["released"] });
    expect(fromSearch({ status: "pending", format: "xlsx" }).asked).toMatchObject({ values: {}, format: "jsonl" });
  });

  it("comes back to the same", () => {
    const filters = { domain: ["claims", "Smith, Anna"], verdict: ["edit"] };
    const again = fromSearch(searchOf({ format: "trl-dpo", filters, decided_from: "2026-11-01T00:00:00Z" })).asked;
    expect(bodyOf(again)).toEqual({ format: "trl-dpo", filters: { ...filters, from: "2026-11-01T00:00:00Z" }, masked: true });
  });
});

it("unmasks only the rows that hold what is masked", () => {
  const asked = { ...fromSearch({}).asked, masked: false };
  expect(bodyOf(asked).masked).toBe(false);
  expect(bodyOf({ ...asked, format: "csv" }).masked).toBe(true);
});

it("adds each value once, and takes a field away", () => {
  const values = withValue(withValue(withValue({}, "domain", "claims"), "domain", "claims"), "domain", "motor");
  expect(values).toEqual({ domain: ["claims", "motor"] });
  expect(withValue(values, "task", "")).toBe(values);
  expect(withoutField(values, "domain")).toEqual({});
});

it.each([
  ["2026-11-02T00:00:00Z", "2026-11-01T00:00:00Z", true],
  ["2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z", true],
  ["2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z", false],
  [undefined, "2026-11-02T00:00:00Z", false],
])("from %s to %s is backwards: %s", (from, to, backwards) => {
  expect(isBackwards({ from, to })).toBe(backwards);
});
