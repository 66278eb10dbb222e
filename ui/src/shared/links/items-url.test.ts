import { describe, expect, it } from "vitest";
import { itemsUrl, readSearch, splitValues, writeSearch } from "./items-url";

describe("a link to items", () => {
  it("holds exactly the filters of the API", () => {
    expect(itemsUrl({ queue: "senior", status: ["pending", "blocked"], overdue: true, rule: null })).toBe(
      "/items?queue=senior&status=pending,blocked&overdue=true",
    );
    expect(itemsUrl({})).toBe("/items");
  });

  it("keeps a comma inside a value", () => {
    expect(itemsUrl({ "metadata.customer": "Smith, Anna" })).toBe("/items?metadata.customer=Smith%5C,%20Anna");
    expect(splitValues("Smith\\, Anna,Jones")).toEqual(["Smith, Anna", "Jones"]);
  });

  it.each(["true", "007", "1e5", "12345678901234567890", "a&b=c", '"x"', "50% off", "ä+ö", "-0", "1.0", "\ud800"])(
    "brings %j to the address and back",
    (text) => {
      const back = readSearch(writeSearch({ key: text }))["key"];
      expect(String(back)).toBe(text.replace("\ud800", "\ufffd"));
    },
  );

  it("keeps numbers and truth values of other pages", () => {
    expect(readSearch(writeSearch({ version: 3, all: true, tab: undefined }))).toEqual({ version: 3, all: true });
  });
});
