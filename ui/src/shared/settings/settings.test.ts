import { describe, expect, it } from "vitest";
import { defaultSettings, readingVariables, readSettings, writeSettings } from "./settings";

describe("readSettings", () => {
  it.each([[undefined], [null], ["text"], [[1, 2]], [{ reading: 4, keys: "x", theme: "pink" }]])(
    "falls back to the defaults for %j",
    (stored) => expect(readSettings(stored)).toEqual(defaultSettings),
  );

  it("gives back what was written", () => {
    const chosen = {
      ...defaultSettings,
      theme: "dark" as const,
      reading: { face: "mono" as const, size: 21, width: "wide" as const },
      keys: { single: false, bindings: { approve: "b" } },
      keysAsked: true,
    };
    expect(readSettings(JSON.parse(JSON.stringify(writeSettings(chosen))))).toEqual(chosen);
  });

  it("keeps the reading size between 15 and 21", () => {
    expect(readSettings({ reading: { size: 4 } }).reading.size).toBe(15);
    expect(readSettings({ reading: { size: 400 } }).reading.size).toBe(21);
    expect(readSettings({ reading: { size: Number.NaN } }).reading.size).toBe(17);
  });
});

it("gives the 17/28 of the design at the default size", () => {
  expect(readingVariables(defaultSettings.reading)).toMatchObject({ "--read-size": "17px", "--read-line": "28px" });
});
