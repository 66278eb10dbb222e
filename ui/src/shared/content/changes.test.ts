import { describe, expect, it } from "vitest";
import { changesBetween } from "./changes";

const told = (before: string, after: string) => changesBetween(before, after).map((change) => [before.slice(change.fromA, change.toA), after.slice(change.fromB, change.toB)]);

/** What the original becomes when the changes are made. */
function made(before: string, after: string): string {
  let out = "";
  let at = 0;
  for (const change of changesBetween(before, after)) {
    out += before.slice(at, change.fromA) + after.slice(change.fromB, change.toB);
    at = change.toA;
  }
  return out + before.slice(at);
}

describe("changesBetween", () => {
  it.each([
    ["a whole amount", "less EUR 150.00 now", "less EUR 300.00 now", [["150.00", "300.00"]]],
    ["an amount with a thousand", "pay 4,120.00.", "pay 3,970.00.", [["4,120.00", "3,970.00"]]],
    ["a hidden character", "a \u200bb", "a b", [["\u200b", ""]]],
    ["a word put in", "we pay", "we will pay", [["", "will "]]],
    ["nothing", "same", "same", []],
  ])("tells %s", (_name, before, after, wanted) => expect(told(before, after)).toEqual(wanted));

  it("makes the second text out of the first, whatever was edited", () => {
    let seed = 5;
    const next = (most: number) => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % most;
    const words = ["EUR 1,284.50", "not", "Straße", "\n", "😀", "a\u200b", "14 days", "we", "."];
    const text = () => Array.from({ length: next(30) }, () => words[next(words.length)]).join(next(2) ? " " : "");
    for (let round = 0; round < 400; round++) {
      const [before, after] = [text(), text()];
      expect(made(before, after)).toBe(after);
    }
  });
});
